// Formats values for people; a missing value is a dash.
const DASH = '–';

const known = show => value => value === null || value === undefined || Number.isNaN(value) ? DASH : show(value);

export const amount = known(n => Number.isInteger(n) || n >= 100
  ? Math.round(n).toLocaleString('en')
  : n.toLocaleString('en', { maximumSignificantDigits: 2 }));

export const perSecond = known(n => `${amount(n)}/s`);

export const time = known(seconds => {
  if (seconds >= 3600) return `${(seconds / 3600).toFixed(1)} h`;
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  if (seconds >= 0.001) return `${(seconds * 1e3).toPrecision(3)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
});

export const bytes = known(n => n < 1000 ? `${n} B` : n < 1e6 ? `${(n / 1e3).toPrecision(3)} kB` : `${(n / 1e6).toPrecision(3)} MB`);

export const words = known(String);

/** The time between two ISO 8601 times of the same clock. */
export function ago(then, now) {
  if (!then) return DASH;
  const seconds = Math.round((Date.parse(now) - Date.parse(then)) / 1000);
  return seconds < 1 ? 'just now' : seconds < 120 ? `${seconds} s ago` : `${time(seconds)} ago`;
}
