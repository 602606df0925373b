// The rush of the console: its form, its progress and its result.
import { call, fillItems, post, showProblem } from './controls.js';
import { amount, time } from './numbers.js';

const PERIOD_MILLIS = 1000;
const PATH = '/console/rush';

const element = id => document.getElementById(`rush-${id}`);
const form = element('form');
const itemField = form.querySelector('select');
let controls = null;
let setPill = () => {};

const problem = text => showProblem(element('problem'), text);

/** Sets the limits and defaults of the fields, once. */
async function open({ limits, default_item }) {
  await fillItems(itemField, default_item);
  for (const input of form.querySelectorAll('input')) {
    const limit = limits[input.name];
    if (!limit) {
      input.required = false;
      input.placeholder = 'as it is';
      continue;
    }
    Object.assign(input, { min: limit.least, max: limit.most, value: limit.default, title: `${limit.least} to ${amount(limit.most)}` });
  }
  for (const field of form.elements) field.disabled = field.name !== '' && field.name !== 'item' && !limits[field.name];
}

const plural = (count, one, many) => `${amount(count)} ${count === 1 ? one : many}`;

function plan({ buyers, viewers, seconds }) {
  return `${plural(buyers, 'buyer', 'buyers')} and ${plural(viewers, 'viewer', 'viewers')} for ${seconds} s.`;
}

function sofar(progress) {
  if (!progress) return 'Starting.';
  const others = [[progress.rejected, 'rejected'], [progress.sold_out, 'told “sold out”']]
    .filter(([count]) => count > 0)
    .map(([count, what]) => `, ${amount(count)} ${what}`);
  return `${amount(progress.sold)} sold${others.join('')};`
    + ` a purchase takes ${time(progress.purchase_p50_millis / 1000)} at the median. ${amount(progress.views_accepted)} page views.`;
}

function outcome(result) {
  const statements = result.view_statements === null ? '' : ` with ${plural(result.view_statements, 'SQL statement', 'SQL statements')}`;
  const queue = result.longest_row_lock_queue === null ? '' : ` Longest row-lock queue: ${amount(result.longest_row_lock_queue)}.`;
  return `${amount(result.sold)} of ${amount(result.stock)} sold, ${result.oversold === 0 ? 'none oversold' : `${amount(result.oversold)} oversold`}.`
    + ` ${result.rejected === 0 ? 'No purchase' : plural(result.rejected, 'purchase', 'purchases')} rejected; ${result.sold_out === 0 ? 'nobody' : amount(result.sold_out)} told “sold out”.`
    + ` ${amount(result.views_accepted)} page views${statements}, ${result.views_lost === 0 ? 'none lost' : `${amount(result.views_lost)} lost`}.${queue}`;
}

const SHOWN = {
  idle: () => ['idle', 'Ready', 'Start a sale in this shop: many buyers want the same item, and viewers look at all items.'],
  running: rush => ['idle', 'Running', `${plan(rush.plan)} ${sofar(rush.progress)}`],
  stopping: rush => ['idle', 'Stopping', sofar(rush.progress)],
  finished: ({ result }) => {
    if (result.oversold > 0 || result.views_lost > 0) return ['bad', 'Finished, and not exact', outcome(result)];
    if (result.failed > 0) return ['bad', `Finished, ${plural(result.failed, 'purchase', 'purchases')} failed`, outcome(result)];
    return ['good', 'Finished, every count is exact', outcome(result)];
  },
  failed: ({ error }) => ['bad', 'Failed', `The rush failed: ${error}`],
  closed: () => ['idle', 'Closed', 'The shop closes.'],
};

function show({ rush }) {
  const [kind, text, words] = SHOWN[rush.state](rush);
  setPill(element('state'), kind, text);
  if (element('words').textContent !== words) element('words').textContent = words;
  const running = rush.state === 'running' || rush.state === 'stopping';
  element('running').hidden = !running;
  form.hidden = running;
  element('stop').disabled = rush.state === 'stopping';
  if (running) {
    element('progress').max = rush.plan.seconds;
    element('progress').value = Math.min(rush.progress?.elapsed_seconds ?? 0, rush.plan.seconds);
  }
}

async function refresh() {
  const first = controls === null;
  controls = await call(PATH);
  if (first) {
    try {
      await open(controls);
    } catch (failure) {
      controls = null; // tries again
      throw failure;
    }
  }
  show(controls);
}

async function change(path, body) {
  try {
    problem('');
    controls = await post(path, controls.csrf_token, body);
    show(controls);
  } catch (failure) {
    problem(failure.message);
  }
}

form.addEventListener('submit', event => {
  event.preventDefault();
  const wanted = { item: itemField.value };
  for (const input of form.querySelectorAll('input:enabled')) wanted[input.name] = input.valueAsNumber;
  change(PATH, wanted);
});
element('stop').addEventListener('click', () => change(`${PATH}/stop`, {}));

/** Shows the state of the rush from now on. */
export async function keepRushFresh(pill) {
  setPill = pill;
  for (;;) {
    try {
      await refresh();
    } catch (failure) {
      setPill(element('state'), 'idle', 'Not available');
      if (element('words').textContent !== failure.message) element('words').textContent = failure.message;
    }
    await new Promise(wake => setTimeout(wake, PERIOD_MILLIS));
  }
}
