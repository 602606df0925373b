// The state of each panel with a short text: good, warn, bad, idle, or unused. Only what works and is in use is good;
// what is unused has no figures yet.
import { amount } from './numbers.js';
import { at, sum } from './stats.js';

const RECENT_SECONDS = 30;
const ROW_LOCK_QUEUE = 1; // what the hand-over from one purchase to the next may show

/** The counts that only grow when something goes wrong. */
export function trouble(stats) {
  const statuses = Object.entries(stats.request.status_count);
  const count = matches => sum(Object.fromEntries(statuses.filter(([status]) => matches(status))));
  return {
    rejected: sum(at(stats, 'buylock.rejected')) ?? 0,
    leaseLost: at(stats, 'buylock.lease_lost') ?? 0,
    failed: at(stats, 'shop.failed') ?? 0,
    viewsRejected: sum(at(stats, 'pvpool.rejected_requests')) ?? 0,
    unavailable: count(status => status === '503'),
    errors: count(status => status >= '500' && status !== '503'),
  };
}

/** By how much each of these counts has grown in the last seconds. */
function recentTrouble(points) {
  const now = points.at(-1);
  const then = points.find(point => point.at >= now.at - RECENT_SECONDS);
  return Object.fromEntries(Object.entries(now.trouble).map(([key, count]) => [key, count - then.trouble[key]]));
}

function purchases(stats, recent) {
  const { shop, database, buylock } = stats;
  if (database.state !== 'up') return ['bad', 'Database down'];
  if (recent.failed > 0) return ['bad', 'Purchases fail'];
  if (buylock && buylock.store.state === 'down') return ['bad', 'Lock store down'];
  if (buylock && buylock.store.state !== 'up') return ['warn', 'Lock store partly down'];
  if (recent.leaseLost > 0) return ['warn', 'Leases lost'];
  if (database.row_lock_queue > ROW_LOCK_QUEUE) return ['warn', 'Queue in the database'];
  if (recent.rejected > 0) return ['warn', 'Rejecting purchases'];
  if (shop.bought + shop.sold_out === 0) return ['unused', 'No purchases yet'];
  if (!buylock) return ['idle', 'Without the lock'];
  return ['good', 'One at a time'];
}

function views({ pvpool, direct_views: direct }, recent) {
  if (!pvpool) return [direct?.statements > 0 ? 'idle' : 'unused', 'Without the pool'];
  const { flush, journal } = pvpool;
  if (pvpool.fenced) return ['bad', 'Another process writes'];
  if (flush.consecutive_failures > 0) return ['bad', `Write failed ${amount(flush.consecutive_failures)} times`];
  if (recent.viewsRejected > 0) return ['bad', 'Rejecting views'];
  if (journal.failures > 0) return ['warn', 'Journal had failures'];
  if (journal.quarantined > 0) return ['warn', 'Damaged journal segments'];
  if (pvpool.accepted_views === 0) return ['unused', 'No views yet'];
  return ['good', pvpool.pending_views > 0 ? 'Writing' : 'All written'];
}

function requests(stats, recent) {
  if (recent.errors > 0) return ['bad', 'Server errors'];
  if (recent.unavailable > 0) return ['warn', 'Some answers are 503'];
  return ['good', 'No server errors'];
}

/** The state of each panel, with the id of its element on the page. */
export function states(stats, points) {
  const recent = recentTrouble(points);
  return Object.entries({ 'purchases-state': purchases, 'views-state': views, 'requests-state': requests }).map(([id, of]) => {
    const [kind, text] = of(stats, recent);
    return { id, kind, text };
  });
}
