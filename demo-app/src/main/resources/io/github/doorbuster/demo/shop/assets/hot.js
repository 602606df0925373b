// The list of the items that are hot now: their views of five minutes, and those of this day on all nodes.
import { amount } from './numbers.js';
import { at } from './stats.js';

const list = document.getElementById('hot-items');

async function viewsOfToday(ids) {
  try {
    const response = await fetch(`/items/pvc?bucket=day&count=1&item_ids=${ids.map(encodeURIComponent).join(',')}`);
    return response.ok ? (await response.json()).pvc : {};
  } catch {
    return {};
  }
}

function row({ item_id: id, views }, today) {
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = `Item ${id}`;
  description.textContent = today ? `${amount(views)}, ${amount(today[0])} today` : amount(views);
  return [term, description];
}

export async function showHot(stats) {
  const hot = at(stats, 'pvpool.hot.items') ?? [];
  list.parentElement.hidden = hot.length === 0;
  const today = hot.length === 0 ? {} : await viewsOfToday(hot.map(item => item.item_id));
  list.replaceChildren(...hot.flatMap(item => row(item, today[item.item_id])));
}
