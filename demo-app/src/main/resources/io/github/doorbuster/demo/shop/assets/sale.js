// The sale of one item: opens, pauses and closes it, on every node.
import { call, fillItems, post, showProblem } from './controls.js';

const PERIOD_MILLIS = 1000;
const PATH = '/console/sale';
const SHOWN = { open: ['good', 'Open'], paused: ['warn', 'Paused'], closed: ['idle', 'Sold out or closed'] };

const element = id => document.getElementById(`sale-${id}`);
const form = element('form');
const itemField = form.querySelector('select');
const secondsField = form.querySelector('input');
let setPill = () => {};
let token = null;

function show({ csrf_token, item, state }) {
  token = csrf_token;
  if (item !== itemField.value) return; // another item was chosen meanwhile
  setPill(element('state'), ...SHOWN[state]);
  for (const button of form.querySelectorAll('button')) button.disabled = button.name === 'open' && state === 'open';
}

async function refresh() {
  if (token === null) {
    await fillItems(itemField);
    itemField.disabled = secondsField.disabled = false;
  }
  const controls = await call(`${PATH}?item=${encodeURIComponent(itemField.value)}`);
  if (token === null) {
    const { least, most, default: preset } = controls.seconds;
    Object.assign(secondsField, { min: least, max: most, value: preset });
  }
  show(controls);
}

async function refreshOrTell() {
  try {
    await refresh();
  } catch (failure) {
    setPill(element('state'), 'idle', 'Not available');
  }
}

itemField.addEventListener('change', refreshOrTell);
form.addEventListener('submit', async event => {
  event.preventDefault();
  try {
    showProblem(element('problem'), '');
    const wanted = { item: itemField.value, seconds: secondsField.valueAsNumber };
    show(await post(`${PATH}/${event.submitter.name}`, token, wanted));
  } catch (failure) {
    showProblem(element('problem'), failure.message);
  }
});

/** Shows the state of the chosen item from now on. */
export async function keepSaleFresh(pill) {
  setPill = pill;
  for (;;) {
    // Without the lock there is nothing to control, and this part of the page is hidden.
    if (form.checkVisibility()) await refreshOrTell();
    await new Promise(wake => setTimeout(wake, PERIOD_MILLIS));
  }
}
