// The console: polls /stats and shows the values in the elements that name them.
import { ago, amount, bytes, perSecond, time, words } from './numbers.js';
import { states } from './states.js';
import { LONGEST_SPAN_SECONDS, plot } from './plot.js';

const PERIOD_MILLIS = 2000;
const FORMATS = { amount, bytes, time, words };

const link = document.getElementById('link');
const points = [];
let last = null;

const at = (stats, path) => path.split('.').reduce((value, key) => value?.[key], stats);
const sum = counts => counts && Object.values(counts).reduce((all, one) => all + one, 0);
const figure = (id, series, format) => plot(document.getElementById(id), series, format);

const plots = [
  figure('plot-times', [
    { key: 'p50', name: 'p50', color: 'a' },
    { key: 'p95', name: 'p95', color: 'b' },
    { key: 'p99', name: 'p99', color: 'c' }], time),
  figure('plot-requests', [{ key: 'requests', name: 'requests', color: 'a' }], perSecond),
  figure('plot-waiting', [{ key: 'waiting', name: 'waiting', color: 'b' }], amount),
  figure('plot-grants', [
    { key: 'granted', name: 'granted', color: 'a' },
    { key: 'rejected', name: 'rejected', color: 'c' }], perSecond),
  figure('plot-pending', [{ key: 'pending', name: 'pending', color: 'b' }], amount),
  figure('plot-views', [
    { key: 'views', name: 'views', color: 'a' },
    { key: 'statements', name: 'statements', color: 'c' }], perSecond),
];

/** The increase of a count per second since the last poll, or NaN if that is unknown. */
function rate(stats, count) {
  const seconds = last ? stats.server.uptime_seconds - last.server.uptime_seconds : 0;
  return seconds > 0 ? (count(stats) - count(last)) / seconds : NaN;
}

function addPoint(stats) {
  const of = path => rate(stats, one => at(one, path));
  points.push({
    at: stats.server.uptime_seconds,
    p50: at(stats, 'latency.percentiles.50'),
    p95: at(stats, 'latency.percentiles.95'),
    p99: at(stats, 'latency.percentiles.99'),
    requests: of('request.count'),
    waiting: at(stats, 'buylock.waiting'),
    granted: of('buylock.granted'),
    rejected: rate(stats, one => sum(one.buylock?.rejected)),
    pending: at(stats, 'pvpool.pending_views'),
    views: of('pvpool.accepted_views'),
    statements: of('pvpool.flush.statements'),
  });
  while (points[0].at < stats.server.uptime_seconds - LONGEST_SPAN_SECONDS) points.shift();
}

function fill(stats) {
  for (const place of document.querySelectorAll('[data-value]')) {
    const value = at(stats, place.dataset.value);
    place.textContent = place.dataset.as === 'ago' ? ago(value, stats.server.time) : FORMATS[place.dataset.as ?? 'amount'](value);
  }
  for (const place of document.querySelectorAll('[data-rate]')) {
    place.textContent = perSecond(rate(stats, one => at(one, place.dataset.rate)));
  }
  for (const list of document.querySelectorAll('[data-list]')) {
    const rows = Object.entries(at(stats, list.dataset.list) ?? {});
    if (rows.length > 0) list.replaceChildren(...rows.flatMap(([name, value]) => row(name, value, 'complaints' in list.dataset)));
  }
}

function row(name, value, complains) {
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = name.replaceAll('_', ' ');
  description.textContent = typeof value === 'number' ? amount(value) : value;
  if (value === 'down') description.className = 'bad';
  if (complains && value > 0) description.className = 'warn';
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
  for (const { id, kind, text } of states(stats)) {
    const state = document.getElementById(id);
    pill(state, kind, text);
    state.closest('.panel').classList.toggle('off', kind === 'off');
  }
  plots.forEach(draw => draw(points));
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
