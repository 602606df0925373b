// Sends the purchase forms by script, so that the result appears on the card of the item.
import { labelButton } from './catalog.js';

const FAILURES = {
  404: 'This item is no longer on sale. Nothing was bought.',
  503: 'The shop is very busy, and your order did not go through. Please try again.',
};
const announcer = document.getElementById('announcer');

function showResult(card, kind, text) {
  const line = card.querySelector('.result');
  line.className = `result ${kind}`;
  line.textContent = text;
  card.classList.toggle('waiting', kind === 'waiting');
  labelButton(card);
  announcer.textContent = `${card.querySelector('h3').textContent}: ${text}`;
}

async function offerRetry(card, seconds) {
  card.dataset.retry = 'Try again';
  for (let left = seconds; left >= 0; left--) {
    card.dataset.pause = left;
    labelButton(card);
    if (left > 0) await new Promise(wake => setTimeout(wake, 1000));
  }
}

function clearRetry(card) {
  delete card.dataset.retry;
  delete card.dataset.pause;
}

async function buy(form, card) {
  showResult(card, 'waiting', 'Waiting for your turn…');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    clearRetry(card);
    if (response.ok) {
      showResult(card, 'bought', 'Bought. Thank you!');
    } else if (response.status === 409) {
      card.classList.add('sold-out');
      showResult(card, 'sold-out', 'Sold out. Nothing was bought.');
    } else {
      showResult(card, 'rejected', FAILURES[response.status] ?? 'That did not work. Nothing was bought; please reload the page.');
      if (response.status === 503) offerRetry(card, Number(response.headers.get('Retry-After') ?? 1));
    }
  } catch {
    showResult(card, 'lost', 'No answer from the shop, so we cannot tell whether you bought it. Check how many are left before you try again.');
  }
}

/** Handles the purchase forms of the page; calls afterwards when a purchase has ended. */
export function handlePurchases(afterwards) {
  document.addEventListener('submit', async event => {
    event.preventDefault();
    if (event.target.querySelector('button').getAttribute('aria-disabled') === 'true') return;
    await buy(event.target, event.target.closest('.item'));
    afterwards();
  });
}
