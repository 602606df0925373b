// Requests of the controls, with the token that a change needs.

/** Returns the JSON of a response, or throws its error. */
export async function call(path, options) {
  const response = await fetch(path, { cache: 'no-store', ...options });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

export const post = (path, token, body) => call(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token },
  body: JSON.stringify(body),
});

/** Shows what went wrong, or nothing. */
export function showProblem(element, text) {
  element.hidden = text === '';
  if (element.textContent !== text) element.textContent = text;
}

/** Puts the items of the shop into a field. */
export async function fillItems(field, chosen) {
  const { items } = await call('/api/items', { headers: { Accept: 'application/json' } });
  field.replaceChildren(...items.map(({ id, name }) => new Option(name, id, id === chosen, id === chosen)));
}
