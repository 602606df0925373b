// The list of the items that are hot now: their views of five minutes, and those of this day on all nodes, as of the
// last answer.
import { amount } from './numbers.js';
import { at } from './stats.js';

const TIMEOUT_MILLIS = 5000;

const list = document.getElementById('hot-items');
let today = {};
let asking = false;

// One question at a time: a slow database must not use up the connections that the statistics need.
async function askForToday(ids) {
  if (asking || ids.length === 0) return;
  asking = true;
  try {
    const response = await fetch(`/items/pvc?bucket=day&count=1&item_ids=${ids.map(encodeURIComponent).join(',')}`,
      { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    today = response.ok ? (await response.json()).pvc : {};
  } catch {
    today = {};
  } finally {
    asking = false;
  }
}

function row({ item_id: id, views }) {
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = `Item ${id}`;
  description.textContent = today[id] ? `${amount(views)}, ${amount(today[id][0])} today` : amount(views);
  return [term, description];
}

export function showHot(stats) {
  const hot = at(stats, 'pvpool.hot.items') ?? [];
  list.parentElement.hidden = hot.length === 0;
  list.replaceChildren(...hot.flatMap(row));
  askForToday(hot.map(item => item.item_id));
}
