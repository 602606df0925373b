'use strict';
(() => {
  const PERIOD_MILLIS = 2000;
  const MAX_POINTS = 150; // five minutes
  const MAX_ROWS = 200;
  const RESERVED = new Set(['request', 'response', 'window', 'latency', 'in_flight', 'aborted', 'streamed', 'slowest_requests',
    'status_classes', 'first_byte', 'queue_time', 'routes', 'server']);
  const SVG = 'http://www.w3.org/2000/svg';
  const points = [];
  let last = null;
  let sort = { key: 'count', down: true };

  const $ = (id) => document.getElementById(id);
  const text = (id, value) => { $(id).textContent = value; };

  function shape(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  // ---- charts

  function chart(id, series, { stacked = false, format }) {
    const figure = $(id);
    const svg = shape('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img',
      'aria-label': figure.querySelector('figcaption').textContent });
    for (const y of [25, 50, 75]) svg.append(shape('line', { class: 'grid', x1: 0, x2: 100, y1: y, y2: y }));
    const paths = series.map((s) => {
      const path = shape('path', { class: stacked || s.area ? 'f-' + s.color + (s.area ? ' soft' : '') : 'line s-' + s.color });
      svg.append(path);
      const line = s.area ? shape('path', { class: 'line s-' + s.color }) : null;
      if (line) svg.append(line);
      return { path, line };
    });
    const cursor = shape('line', { class: 'cursor', y1: 0, y2: 100, visibility: 'hidden' });
    svg.append(cursor);
    const scale = element('span', 'scale');
    const none = element('p', 'none');
    const legend = element('div', 'legend');
    const values = series.map((s) => {
      const entry = element('span');
      entry.append(element('i', 'f-' + s.color), s.name + ' ');
      const value = element('b');
      entry.append(value);
      legend.append(entry);
      return value;
    });
    figure.append(scale, svg, none, legend);

    let hovered = null;
    const x = (i) => 100 * (MAX_POINTS - points.length + i) / (MAX_POINTS - 1);
    const showValues = () => {
      const i = hovered === null ? points.length - 1 : Math.min(hovered, points.length - 1);
      if (i < 0) return;
      series.forEach((s, k) => { values[k].textContent = format(points[i][s.key]); });
      cursor.setAttribute('visibility', hovered === null ? 'hidden' : 'visible');
      cursor.setAttribute('x1', x(i));
      cursor.setAttribute('x2', x(i));
    };
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect();
      const i = Math.round((event.clientX - box.left) / box.width * (MAX_POINTS - 1)) - (MAX_POINTS - points.length);
      hovered = i >= 0 && i < points.length ? i : null;
      showValues();
    });
    svg.addEventListener('pointerleave', () => { hovered = null; showValues(); });

    return () => {
      none.textContent = points.length === 0 ? 'the plot starts in ' + PERIOD_MILLIS / 1000 + ' s'
        : points.every((p) => series.every((s) => unknown(p[s.key]))) ? 'waiting for a request' : '';
      const most = Math.max(0, ...points.flatMap((p) => series.map((s) => p[s.key] || 0)));
      const top = stacked ? 1 : Math.max(1e-6, most) * 1.1;
      scale.textContent = stacked || most === 0 ? '' : 'up to ' + format(top);
      const base = points.map(() => 0);
      series.forEach((s, k) => {
        const known = points.map((p, i) => [x(i), p[s.key], i]).filter(([, v]) => !unknown(v));
        const at = ([px, v, i]) => px.toFixed(2) + ' ' + (100 - 100 * (stacked ? base[i] + v : v) / top).toFixed(2);
        const upper = known.length ? 'M' + known.map(at).join('L') : '';
        if (stacked || s.area) {
          const lower = known.slice().reverse()
            .map(([px, , i]) => px.toFixed(2) + ' ' + (100 - 100 * (stacked ? base[i] : 0) / top).toFixed(2));
          paths[k].path.setAttribute('d', known.length ? upper + 'L' + lower.join('L') + 'Z' : '');
          if (paths[k].line) paths[k].line.setAttribute('d', upper);
          if (stacked) known.forEach(([, v, i]) => { base[i] += v; });
        } else {
          paths[k].path.setAttribute('d', upper);
        }
      });
      showValues();
    };
  }

  const draw = [
    chart('chart-rate', [{ key: 'rate', name: 'per second', color: 'a', area: true }], { format: formatNumber }),
    chart('chart-latency', [
      { key: 'p50', name: '50', color: 'a' },
      { key: 'p95', name: '95', color: 'b' },
      { key: 'p99', name: '99', color: 'c' }], { format: formatTime }),
    chart('chart-mix', [
      { key: '2xx', name: '2xx', color: 'ok' },
      { key: '3xx', name: '1xx, 3xx', color: 'info' },
      { key: '4xx', name: '4xx', color: 'warn' },
      { key: '5xx', name: '5xx', color: 'bad' }], { stacked: true, format: formatShare }),
  ];

  // ---- routes

  const COLUMNS = [
    { key: 'route', name: 'Route', of: (r) => r.route, show: String },
    { key: 'count', name: 'Requests', wide: true, of: (r) => r.count, show: formatNumber },
    { key: 'rate', name: 'per s', of: (r) => r.rate, show: formatNumber },
    { key: 'p50', name: 'p50', wide: true, of: (r) => r.latency.percentiles['50'], show: formatTime },
    { key: 'p95', name: 'p95', wide: true, of: (r) => r.latency.percentiles['95'], show: formatTime },
    { key: 'p99', name: 'p99', of: (r) => r.latency.percentiles['99'], show: formatTime },
    { key: 'max', name: 'max', wide: true, of: (r) => r.latency.max, show: formatTime },
    { key: '4xx', name: '4xx', wide: true, of: (r) => statuses(r, 4), show: formatNumber },
    { key: '5xx', name: '5xx', of: (r) => statuses(r, 5), show: formatNumber },
  ];

  function statuses(route, hundreds) {
    return Object.entries(route.status_count)
      .filter(([status]) => Math.floor(status / 100) === hundreds)
      .reduce((sum, [, count]) => sum + count, 0);
  }

  for (const column of COLUMNS) {
    const head = element('th', column.wide ? 'wide' : '');
    head.scope = 'col';
    const button = element('button', '', column.name);
    button.type = 'button';
    button.addEventListener('click', () => {
      sort = { key: column.key, down: sort.key === column.key ? !sort.down : column.key !== 'route' };
      if (last) showRoutes(last);
    });
    head.append(button);
    document.querySelector('#routes thead tr').append(head);
  }

  function showRoutes(page) {
    const by = COLUMNS.find((column) => column.key === sort.key);
    document.querySelectorAll('#routes th').forEach((head, i) => {
      head.setAttribute('aria-sort', COLUMNS[i] === by ? (sort.down ? 'descending' : 'ascending') : 'none');
    });
    const compare = (a, b) => {
      const [x, y] = [by.of(a), by.of(b)];
      if (x === y) return 0;
      if (unknown(x) || unknown(y)) return unknown(x) - unknown(y);
      return (x < y ? -1 : 1) * (sort.down ? -1 : 1);
    };
    const rows = page.routeRows.slice().sort(compare).slice(0, MAX_ROWS).map((route) => {
      const row = element('tr');
      for (const column of COLUMNS) row.append(element('td', column.wide ? 'wide' : '', column.show(column.of(route))));
      return row;
    });
    if (rows.length === 0) {
      const row = element('tr');
      const cell = element('td', 'none', 'No request has been counted yet. Requests of this page do not count: open a page of the'
        + ' application. If nothing appears here then, HttpStatsFilter is not mapped to it.');
      cell.colSpan = COLUMNS.length;
      row.append(cell);
      rows.push(row);
    }
    document.querySelector('#routes tbody').replaceChildren(...rows);
  }

  // ---- polling

  function difference(page, before) {
    const seconds = page.server.uptime_seconds - before.server.uptime_seconds;
    const count = (p, name) => p.status_classes[name]?.count ?? 0;
    const grown = (name) => count(page, name) - count(before, name);
    const all = page.request.count - before.request.count;
    const part = (n) => all > 0 ? n / all : NaN;
    return {
      rate: seconds > 0 ? all / seconds : NaN,
      p50: page.latency.percentiles['50'],
      p95: page.latency.percentiles['95'],
      p99: page.latency.percentiles['99'],
      '2xx': part(grown('2xx')),
      '3xx': part(grown('3xx') + grown('1xx') + grown('other')),
      '4xx': part(grown('4xx')),
      '5xx': part(grown('5xx')),
    };
  }

  function show(page) {
    // After a restart of the server, its counts start from zero.
    const before = last && page.server.uptime_seconds > last.server.uptime_seconds ? last : null;
    const seconds = before ? page.server.uptime_seconds - before.server.uptime_seconds : NaN;
    page.routeRows = Object.entries(page.routes).map(([route, numbers]) => ({
      route, ...numbers, rate: before ? (numbers.count - (before.routes[route]?.count ?? 0)) / seconds : numbers.window.rate }));
    if (before) {
      points.push(difference(page, before));
      if (points.length > MAX_POINTS) points.shift();
    }
    const now = points[points.length - 1];
    const w = page.window;
    text('about', page.request.count === 0 ? 'waiting for the first request' : (w.window_seconds ? 'last ' + w.window_seconds + ' s' : 'last ' + formatNumber(w.buffer_size) + ' samples')
      + ', ' + formatNumber(w.samples) + ' samples, '
      + (w.sampling_factor === 1 ? 'every request timed' : '1 request in ' + formatNumber(w.sampling_factor) + ' timed'));
    text('tile-rate', formatNumber(now ? now.rate : w.counts.rate));
    text('tile-count', formatNumber(page.request.count) + ' total');
    text('tile-p50', formatTime(page.latency.percentiles['50']));
    text('tile-average', 'average ' + formatTime(page.latency.average));
    text('tile-p99', formatTime(page.latency.percentiles['99']));
    text('tile-max', 'max ' + formatTime(page.latency.max));
    text('tile-errors', formatShare(now ? now['5xx'] : w.counts.error_share ?? NaN));
    text('tile-5xx', formatNumber(page.status_classes['5xx']?.count ?? 0) + ' total');
    text('tile-flight', formatNumber(page.in_flight.now));
    text('tile-flight-max', 'peak ' + formatPeak(page.in_flight.peak));
    text('tile-aborted', formatNumber(page.aborted));
    text('tile-streamed', formatNumber(page.streamed) + ' streams');
    last = page;
    draw.forEach((one) => one());
    showRoutes(page);
    $('sections').replaceChildren(...Object.keys(page).filter((key) => !RESERVED.has(key) && key !== 'routeRows')
      .map((name) => sectionCard(name, page[name], Date.parse(page.server.time))));
  }

  async function poll() {
    try {
      const response = await fetch('?format=json', { cache: 'no-store', headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error('HTTP ' + response.status);
      show(await response.json());
      $('state').className = 'live';
      text('state', 'live');
    } catch (failure) {
      $('state').className = 'lost';
      text('state', 'no response: ' + failure.message);
    }
    setTimeout(poll, PERIOD_MILLIS);
  }

  document.addEventListener('securitypolicyviolation', (event) => {
    $('state').className = 'lost';
    text('state', 'blocked by policy: ' + event.violatedDirective);
    document.body.dataset.violations = event.blockedURI;
  });
  poll();
})();
