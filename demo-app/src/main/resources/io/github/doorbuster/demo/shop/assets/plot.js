// A plot of the last minutes: lines over time in SVG, with the values at the pointer.
const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 300;
const HEIGHT = 100;
const ROOM_ABOVE = 1.1;
const SPANS_SECONDS = [60, 120, 300];

/** The longest time span of a plot. */
export const LONGEST_SPAN_SECONDS = SPANS_SECONDS.at(-1);

function shape(name, className, attributes = {}) {
  const node = document.createElementNS(SVG, name);
  node.setAttribute('class', className);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function html(name, className, ...content) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...content);
  return node;
}

/**
 * @param figure gets the plot below its caption
 * @param series the lines: [{ key, name, color: 'a' | 'b' | 'c' }]
 * @param format formats a value
 * @param nothing the words of a plot without a value above zero
 * @returns a function that draws points, [{ at: seconds, [key]: number | null }], the last of which is now
 */
export function plot(figure, series, format, nothing) {
  const svg = shape('svg', '', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': true });
  for (const share of [0, 0.5]) {
    svg.append(shape('line', 'grid', { x1: 0, x2: WIDTH, y1: HEIGHT * share, y2: HEIGHT * share }));
  }
  const drawn = series.map(({ key, name, color }) => {
    const area = shape('path', `area series-${color}`);
    const line = shape('path', `line series-${color}`);
    svg.append(...(series.length === 1 ? [area] : []), line);
    const value = html('b', '');
    return { key, area, line, value, entry: html('span', `series-${color}`, `${name} `, value) };
  });
  const cursor = shape('line', 'cursor', { y1: 0, y2: HEIGHT, visibility: 'hidden' });
  svg.append(cursor);
  const top = html('span', '');
  const since = html('span', '');
  figure.querySelector('figcaption').append(top);
  const words = html('p', 'nothing', 'Loading');
  figure.append(html('div', 'plot', svg, words,
    html('div', 'axis', since, html('span', '', 'now')),
    html('div', 'legend', ...drawn.map(({ entry }) => entry))));

  let points = [];
  let pointed = null;
  let spanSeconds = SPANS_SECONDS[0];
  const x = point => WIDTH * (1 - (points.at(-1).at - point.at) / spanSeconds);

  function showValues() {
    if (points.length === 0) return;
    const point = pointed === null ? points.at(-1)
      : points.reduce((best, one) => Math.abs(x(one) - pointed) < Math.abs(x(best) - pointed) ? one : best);
    for (const { key, value } of drawn) value.textContent = format(point[key]);
    cursor.setAttribute('visibility', pointed === null ? 'hidden' : 'visible');
    cursor.setAttribute('x1', x(point));
    cursor.setAttribute('x2', x(point));
  }

  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    pointed = (event.clientX - box.left) / box.width * WIDTH;
    showValues();
  });
  svg.addEventListener('pointerleave', () => { pointed = null; showValues(); });

  return newPoints => {
    points = newPoints;
    const age = points.at(-1).at - points[0].at;
    spanSeconds = SPANS_SECONDS.find(span => span >= age) ?? LONGEST_SPAN_SECONDS;
    since.textContent = `${spanSeconds / 60} min ago`;
    const values = points.flatMap(point => drawn.map(({ key }) => point[key]));
    const highest = Math.max(0, ...values.filter(Number.isFinite));
    // One point is no line.
    const longest = Math.max(...drawn.map(({ key }) => points.filter(point => Number.isFinite(point[key])).length));
    words.hidden = highest > 0 && longest > 1;
    words.textContent = points.length < 3 ? 'The first values come in two seconds' : nothing;
    top.textContent = highest > 0 ? `up to ${format(highest)}` : '';
    const y = value => HEIGHT - HEIGHT * value / (highest * ROOM_ABOVE || 1);
    for (const { key, area, line } of drawn) {
      const known = points.filter(point => Number.isFinite(point[key]));
      const path = known.map(point => `${x(point).toFixed(1)} ${y(point[key]).toFixed(1)}`).join('L');
      line.setAttribute('d', path && `M${path}`);
      area.setAttribute('d', path && `M${x(known[0]).toFixed(1)} ${HEIGHT}L${path}L${x(known.at(-1)).toFixed(1)} ${HEIGHT}Z`);
    }
    showValues();
  };
}
