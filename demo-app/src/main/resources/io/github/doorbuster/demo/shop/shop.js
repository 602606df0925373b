'use strict';

const cards = new Map([...document.querySelectorAll('.item')].map(card => [card.dataset.id, card]));

// One beacon for the whole page, as a shop would send it: text/plain needs no preflight.
navigator.sendBeacon('/items/pvc', JSON.stringify({ item_ids: [...cards.keys()] }));

async function refresh() {
  const response = await fetch('/api/items');
  if (!response.ok) return;
  const { items } = await response.json();
  for (const item of items) {
    const card = cards.get(item.id);
    if (!card) continue;
    card.querySelector('.stock').textContent = item.stock;
    card.querySelector('.pv').textContent = item.pv;
    card.querySelector('button').disabled = item.stock <= 0;
  }
}

async function buy(form) {
  const output = form.querySelector('output');
  output.textContent = 'Waiting…';
  try {
    const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const answer = await response.json();
    output.textContent = response.ok ? 'Bought' : response.status === 409 ? 'Sold out' : answer.error;
  } catch {
    output.textContent = 'No answer; look before you buy again';
  }
  refresh();
}

document.addEventListener('submit', event => {
  event.preventDefault();
  buy(event.target);
});

setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 2000);
