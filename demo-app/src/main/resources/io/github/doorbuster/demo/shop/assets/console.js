// The console: polls /stats, and shows the values in the elements that name them.
import { ago, amount, bytes, perSecond, time, words } from './numbers.js';
import { showHot } from './hot.js';
import { states, trouble } from './states.js';
import { LONGEST_SPAN_SECONDS, plot } from './plot.js';
import { keepRushFresh } from './rush.js';
import { keepSaleFresh } from './sale.js';
import { at, total } from './stats.js';

const PERIOD_MILLIS = 1000;
const FORMATS = { amount, bytes, time, words };

const link = document.getElementById('link');
const points = [];
let last = null;

const figure = (id, series, format, nothing) => plot(document.getElementById(id), series, format, nothing);

const plots = [
  figure('plot-purchases', [
    { key: 'sold', name: 'sold', color: 'a' },
    { key: 'rejected', name: 'rejected', color: 'b' },
    { key: 'soldOut', name: 'sold out', color: 'c' }], perSecond, 'No purchases in this time'),
  figure('plot-waiting', [
    { key: 'waiting', name: 'at the lock', color: 'a' },
    { key: 'rowLockQueue', name: 'in the database', color: 'c' }], amount, 'No purchase waits'),
  figure('plot-views', [
    { key: 'views', name: 'views', color: 'a' },
    { key: 'statements', name: 'statements', color: 'c' }], perSecond, 'No views in this time'),
  figure('plot-pending', [{ key: 'pending', name: 'pending', color: 'b' }], amount, 'Every view is written'),
  figure('plot-requests', [{ key: 'requests', name: 'requests', color: 'a' }], perSecond, 'No requests in this time'),
  figure('plot-times', [
    { key: 'p50', name: 'p50', color: 'a' },
    { key: 'p95', name: 'p95', color: 'b' },
    { key: 'p99', name: 'p99', color: 'c' }], time, 'No requests in the last minute'),
];

/** The increase of the sum of some counts per second since the last poll, or NaN if that is unknown. */
function rate(stats, paths) {
  const seconds = last ? stats.server.uptime_seconds - last.server.uptime_seconds : 0;
  return seconds > 0 ? (total(stats, paths) - total(last, paths)) / seconds : NaN;
}

function addPoint(stats) {
  points.push({
    at: stats.server.uptime_seconds,
    trouble: trouble(stats),
    p50: at(stats, 'latency.percentiles.50'),
    p95: at(stats, 'latency.percentiles.95'),
    p99: at(stats, 'latency.percentiles.99'),
    requests: rate(stats, 'request.count'),
    sold: rate(stats, 'shop.bought'),
    soldOut: rate(stats, 'shop.sold_out buylock.sold_out'),
    rejected: rate(stats, 'buylock.rejected'),
    waiting: at(stats, 'buylock.waiting'),
    rowLockQueue: at(stats, 'database.row_lock_queue'),
    pending: at(stats, 'pvpool.pending_views'),
    views: rate(stats, stats.pvpool ? 'pvpool.accepted_views' : 'direct_views.statements'),
    statements: rate(stats, stats.pvpool ? 'pvpool.flush.statements' : 'direct_views.statements'),
  });
  while (points[0].at < stats.server.uptime_seconds - LONGEST_SPAN_SECONDS) points.shift();
}

function fill(stats) {
  for (const place of document.querySelectorAll('[data-part]')) place.hidden = !(place.dataset.part in stats);
  for (const place of document.querySelectorAll('[data-value]')) {
    const value = at(stats, place.dataset.value);
    place.textContent = place.dataset.as === 'ago' ? ago(value, stats.server.time) : FORMATS[place.dataset.as ?? 'amount'](value);
    place.classList.toggle('unknown', value === null || value === undefined || (value === 0 && 'skipZero' in place.dataset));
  }
  for (const place of document.querySelectorAll('[data-sum]')) place.textContent = amount(total(stats, place.dataset.sum));
  for (const place of document.querySelectorAll('[data-rate]')) {
    const value = rate(stats, place.dataset.rate);
    place.textContent = value > 0 || !place.classList.contains('rate') ? perSecond(value) : '\u00a0';
  }
  for (const list of document.querySelectorAll('[data-list]')) {
    const rows = Object.entries(at(stats, list.dataset.list) ?? {}).filter(([, value]) => value !== 0);
    list.replaceChildren(...rows.flatMap(([name, value]) => row(name, value)));
    list.parentElement.hidden = rows.length === 0;
  }
  // A row whose values are all unknown or uninteresting takes no space.
  for (const description of document.querySelectorAll('.rows dd')) {
    const values = [...(description.matches('[data-value]') ? [description] : description.querySelectorAll('[data-value]'))];
    const hidden = values.length > 0 && values.every(value => value.classList.contains('unknown'));
    description.hidden = hidden;
    description.previousElementSibling.hidden = hidden;
  }
}

function row(name, value) {
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = name.replaceAll('_', ' ');
  description.textContent = typeof value === 'number' ? amount(value) : value;
  if (value === 'down') description.className = 'bad';
  return [term, description];
}

function pill(element, kind, text) {
  element.className = `pill ${kind}`;
  // Screen readers announce a live region whenever its text is set, so set it only if it changes.
  if (element.textContent !== text) element.textContent = text;
}

function show(stats) {
  const restarted = last && stats.server.uptime_seconds < last.server.uptime_seconds;
  if (restarted) {
    last = null;
    points.length = 0;
  }
  addPoint(stats);
  fill(stats);
  showHot(stats);
  for (const { id, kind, text } of states(stats, points)) {
    const state = document.getElementById(id);
    pill(state, kind, text);
    state.closest('.panel').classList.toggle('unused', kind === 'unused');
  }
  document.querySelector('.headline').hidden = document.querySelectorAll('.panel.unused').length === 2;
  plots.forEach(draw => draw(points));
  document.body.classList.add('polled');
  last = stats;
}

async function poll() {
  try {
    const response = await fetch('/stats?format=json', { cache: 'no-store' });
    const stats = await response.json();
    if (!response.ok) throw new Error(stats.error);
    show(stats);
    pill(link, 'good', 'Live');
  } catch (failure) {
    pill(link, 'bad', `No data: ${failure.message}`);
  }
  setTimeout(poll, PERIOD_MILLIS);
}

poll();
keepRushFresh(pill);
keepSaleFresh(pill);
