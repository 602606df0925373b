// The cards of the items, with their stock and views.
const PERIOD_MILLIS = 2000;
const LONGEST_PAUSE_MILLIS = 30_000;
const FEW = 10; // as in Item.java

const cards = new Map([...document.querySelectorAll('.item')].map(card => [card.dataset.id, card]));
const live = document.getElementById('live');

const number = value => value.toLocaleString('en');

export function labelButton(card) {
  const button = card.querySelector('button');
  const soldOut = card.classList.contains('sold-out');
  const waiting = card.classList.contains('waiting');
  const pause = Number(card.dataset.pause ?? 0);
  // A disabled button would lose the focus.
  button.removeAttribute('disabled');
  button.setAttribute('aria-disabled', soldOut || waiting || pause > 0);
  button.querySelector('.label').textContent = waiting ? 'Waiting'
    : soldOut ? 'Sold out'
    : pause > 0 ? `Try again in ${pause} s`
    : card.dataset.retry ?? 'Buy';
}

function put(element, text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

// As in Item.java.
const percentLeft = (stock, opening) => stock <= 0 ? 0 : Math.floor(100 * stock / Math.max(stock, opening));

function show(card, { stock, opening, pv, today, hot }) {
  card.classList.toggle('hot', hot);
  card.classList.toggle('few', stock > 0 && stock <= FEW);
  card.classList.toggle('sold-out', stock <= 0);
  const left = stock <= 0 ? 'None left' : stock <= FEW ? `Only ${number(stock)} left` : `${number(stock)} left`;
  const stockChanged = put(card.querySelector('.stock'), left);
  const viewsChanged = put(card.querySelector('.views'), `${number(pv)} ${pv === 1 ? 'view' : 'views'}`);
  put(card.querySelector('.today'), today === null ? '' : `${number(today)} today`);
  card.querySelector('.gauge .left').setAttribute('width', percentLeft(stock, opening));
  card.classList.toggle('changed', stockChanged || viewsChanged);
  labelButton(card);
}

/** Updates stock and views; returns whether the server answered. */
export async function refresh() {
  try {
    const response = await fetch('/api/items', { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    for (const item of (await response.json()).items) {
      const card = cards.get(item.id);
      if (card) show(card, item);
    }
    setLive(true);
    return true;
  } catch {
    setLive(false);
    return false;
  }
}

function setLive(isLive) {
  live.hidden = false;
  live.className = isLive ? 'pill good' : 'pill bad';
  put(live, isLive ? 'Live' : 'No connection');
}

/** Refreshes while the page is visible, less often while the server does not answer. */
export async function keepFresh() {
  let pause = PERIOD_MILLIS;
  for (;;) {
    const answered = document.hidden || await refresh();
    pause = answered ? PERIOD_MILLIS : Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    await new Promise(wake => setTimeout(wake, pause));
  }
}
