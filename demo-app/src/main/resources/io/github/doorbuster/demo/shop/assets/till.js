// Buying: the form's own post, made by a script, so that the answer comes to the card.
import { labelButton } from './shelf.js';

const announcer = document.getElementById('announcer');

function answer(card, kind, text) {
  const line = card.querySelector('.answer');
  line.className = `answer ${kind}`;
  line.textContent = text;
  card.classList.toggle('waiting', kind === 'waiting');
  labelButton(card);
  announcer.textContent = `${card.querySelector('h3').textContent}: ${text}`;
}

async function offerAgain(card, seconds) {
  card.dataset.again = 'Try again';
  for (let left = seconds; left >= 0; left--) {
    card.dataset.pause = left;
    labelButton(card);
    if (left > 0) await new Promise(wake => setTimeout(wake, 1000));
  }
}

function forgetRefusal(card) {
  delete card.dataset.again;
  delete card.dataset.pause;
}

async function buy(form, card) {
  answer(card, 'waiting', 'You are in line…');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    forgetRefusal(card);
    if (response.ok) {
      answer(card, 'bought', 'Bought. It’s yours.');
    } else if (response.status === 409) {
      card.classList.add('sold-out');
      answer(card, 'sold-out', 'Sold out. Nothing was bought.');
    } else {
      const { error } = await response.json();
      answer(card, 'refused', `Nothing was bought: ${error}.`);
      if (response.status === 503) offerAgain(card, Number(response.headers.get('Retry-After') ?? 1));
    }
  } catch {
    answer(card, 'lost', 'No answer. See what is left before you buy again.');
  }
}

/** Takes over the forms; afterwards is called when a purchase has come to its end. */
export function openTill(afterwards) {
  document.addEventListener('submit', async event => {
    event.preventDefault();
    if (event.target.querySelector('button').getAttribute('aria-disabled') === 'true') return;
    await buy(event.target, event.target.closest('.item'));
    afterwards();
  });
}
