'use strict';

// The sections of other parts.

const MAX_NUMBERS = 200;
const LONG = 40; // characters
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const SECONDS = /(^|_)(time|seconds|wait)(_|$)/;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const words = (key) => key.replaceAll('_', ' ');

/** A value of a section; the names of what it is in say whether it is a time. */
function formatValue(value, path, now) {
  if (unknown(value)) return '–';
  if (typeof value === 'number') {
    return path.some((key) => SECONDS.test(key)) && path[path.length - 1] !== 'count' ? formatTime(value) : formatNumber(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return INSTANT.test(value) ? formatAgo(now - Date.parse(value)) : value;
  return Array.isArray(value) && !value.some(isObject) ? value.join(', ') || '–' : JSON.stringify(value);
}

function listOf(entries, path, now) {
  const list = element('dl');
  for (const [key, value] of entries) {
    const shown = formatValue(value, [...path, key], now);
    const definition = element('dd', shown.length > LONG ? 'long' : '', shown);
    if (typeof value === 'string') definition.title = value;
    list.append(element('dt', '', words(key)), definition);
  }
  return list;
}

function tableOf(rows, path, now) {
  const keys = Object.keys(rows[0]);
  const table = element('table');
  const head = element('tr');
  for (const key of keys) head.append(element('th', '', words(key)));
  table.append(head);
  for (const each of rows) {
    const row = element('tr');
    for (const key of keys) row.append(element('td', '', formatValue(each[key], [...path, key], now)));
    table.append(row);
  }
  return table;
}

/** Adds a group of a section: its own values, then the groups in it, each below its name. */
function addGroup(card, value, path, now, room) {
  const entries = isObject(value) ? Object.entries(value) : [['value', value]];
  const isTable = (inner) => Array.isArray(inner) && inner.length > 0 && inner.every(isObject);
  const plain = entries.filter(([, inner]) => !isObject(inner) && !isTable(inner)).slice(0, room.left);
  room.left -= plain.length;
  if (plain.length > 0) card.append(listOf(plain, path, now));
  for (const [key, inner] of entries) {
    if (room.left <= 0 || !(isTable(inner) || (isObject(inner) && Object.keys(inner).length > 0))) continue;
    const inside = [...path, key];
    card.append(element('h3', '', inside.map(words).join(' · ')));
    if (isTable(inner)) {
      const rows = inner.slice(0, room.left);
      room.left -= rows.length;
      card.append(tableOf(rows, inside, now));
    } else {
      addGroup(card, inner, inside, now, room);
    }
  }
}

/** Draws a section. */
function sectionCard(name, section, now) {
  const card = element('article', 'card');
  card.append(element('h2', '', name));
  addGroup(card, section, [], now, { left: MAX_NUMBERS });
  return card;
}
