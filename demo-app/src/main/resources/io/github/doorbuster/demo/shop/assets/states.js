// The state of each part: good, warn, bad or off, with a short text.
import { amount } from './numbers.js';

function times(stats) {
  const { window } = stats;
  const sampled = window.sampling_factor === 1 ? 'All requests timed' : `1 request in ${amount(window.sampling_factor)} timed`;
  return ['good', sampled];
}

function lock({ buylock }) {
  if (!buylock) return ['off', 'Off'];
  const { state, servers } = buylock.store;
  const inMemory = Object.keys(servers).length === 0;
  return {
    up: ['good', inMemory ? 'Locks in memory' : 'Store up'],
    partial: ['warn', 'Store partly down'],
    down: ['bad', 'Store down'],
  }[state];
}

function pool({ pvpool }) {
  if (!pvpool) return ['off', 'Off'];
  const { flush, journal } = pvpool;
  if (flush.consecutive_failures > 0) return ['bad', `Flush failed ${amount(flush.consecutive_failures)} times`];
  if (journal.failures > 0) return ['warn', 'Journal had failures'];
  return ['good', pvpool.pending_views > 0 ? 'Writing' : 'All written'];
}

/** The state of each part, with the id of its element on the page. */
export const states = stats => Object.entries({ 'times-state': times, 'lock-state': lock, 'pool-state': pool })
  .map(([id, of]) => {
    const [kind, text] = of(stats);
    return { id, kind, text };
  });
