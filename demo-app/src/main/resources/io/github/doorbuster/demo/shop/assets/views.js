// Counts views: an item once per load of the page, when half of it has been visible for a moment. One beacon sends
// several views.
const VISIBLE_SHARE = 0.5;
const VISIBLE_MILLIS = 400;
const BATCH_MILLIS = 1000;
const MAX_BATCH = 100;

const pending = [];
let sending = null;

function send() {
  clearTimeout(sending);
  sending = null;
  while (pending.length > 0) {
    const batch = pending.slice(0, MAX_BATCH);
    const body = new Blob([JSON.stringify({ item_ids: batch })], { type: 'application/json' });
    if (!navigator.sendBeacon('/items/pvc', body)) {
      sending = setTimeout(send, BATCH_MILLIS); // the queue of the browser is full
      return;
    }
    pending.splice(0, batch.length);
  }
}

function countView(id) {
  pending.push(id);
  sending ??= setTimeout(send, BATCH_MILLIS);
}

export function countViews(cards) {
  const timers = new Map();
  const observer = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) {
        timers.set(target, setTimeout(() => {
          observer.unobserve(target);
          countView(target.dataset.id);
        }, VISIBLE_MILLIS));
      }
    }
  }, { threshold: VISIBLE_SHARE });
  cards.forEach(card => observer.observe(card));

  // A page may never run again after these events.
  document.addEventListener('visibilitychange', () => { if (document.hidden) send(); });
  addEventListener('pagehide', send);
}
