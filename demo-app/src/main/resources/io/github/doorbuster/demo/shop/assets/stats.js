// Reads values of /stats.

/** The value at a path of keys, or undefined. */
export const at = (stats, path) => path.split('.').reduce((value, key) => value?.[key], stats);

/** A count, or the sum of the counts of an object. */
export const sum = counts => typeof counts === 'object' && counts !== null
  ? Object.values(counts).reduce((all, one) => all + one, 0)
  : counts;

/** The sum of the counts at some paths, separated by spaces. A part that is off counts nothing; NaN if all are off. */
export function total(stats, paths) {
  const counts = paths.split(' ').map(path => sum(at(stats, path))).filter(Number.isFinite);
  return counts.length === 0 ? NaN : counts.reduce((all, one) => all + one);
}
