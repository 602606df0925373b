'use strict';

// How values are written, and the elements they are in.

function element(name, className, content) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (content !== undefined) node.textContent = content;
  return node;
}

const unknown = (value) => value === null || value === undefined || Number.isNaN(value);

function formatTime(seconds) {
  if (unknown(seconds)) return '–';
  if (seconds >= 1) return seconds.toPrecision(3) + ' s';
  if (seconds >= 0.001) return (seconds * 1e3).toPrecision(3) + ' ms';
  return Math.round(seconds * 1e6) + ' µs';
}

function formatNumber(number) {
  if (unknown(number)) return '–';
  if (Math.abs(number) >= 100 || Number.isInteger(number)) return Math.round(number).toLocaleString('en');
  return number.toPrecision(3);
}

function formatAgo(millis) {
  const seconds = Math.round(millis / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 120) return seconds + ' s ago';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min ago';
  return Math.round(seconds / 3600) + ' h ago';
}

/** The peak in flight is known by two bounds. */
const formatPeak = (peak) => formatNumber(peak.low) + (peak.high > peak.low ? ' to ' + formatNumber(peak.high) : '');

const formatShare = (part) => Number.isNaN(part) ? '–' : (part * 100).toFixed(part > 0 && part < 0.001 ? 3 : 1) + ' %';
