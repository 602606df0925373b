// Views: an item counts once per visit, when half of it has been in sight for a moment; many go in one beacon.
const IN_SIGHT = 0.5;
const MOMENT_MILLIS = 400;
const BATCH_MILLIS = 1000;
const MAX_BATCH = 100;

const seen = [];
let sending = null;

function send() {
  clearTimeout(sending);
  sending = null;
  while (seen.length > 0) {
    const batch = seen.slice(0, MAX_BATCH);
    const body = new Blob([JSON.stringify({ item_ids: batch })], { type: 'application/json' });
    if (!navigator.sendBeacon('/items/pvc', body)) {
      sending = setTimeout(send, BATCH_MILLIS); // the browser's own queue is full
      return;
    }
    seen.splice(0, batch.length);
  }
}

function saw(id) {
  seen.push(id);
  sending ??= setTimeout(send, BATCH_MILLIS);
}

export function countViews(cards) {
  const moments = new Map();
  const sight = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(moments.get(target));
      if (isIntersecting) {
        moments.set(target, setTimeout(() => {
          sight.unobserve(target);
          saw(target.dataset.id);
        }, MOMENT_MILLIS));
      }
    }
  }, { threshold: IN_SIGHT });
  cards.forEach(card => sight.observe(card));

  // The last moment at which a page is sure to run.
  document.addEventListener('visibilitychange', () => { if (document.hidden) send(); });
  addEventListener('pagehide', send);
}
