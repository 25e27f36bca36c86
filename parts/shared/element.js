// Elements of parts.

/**
 * An element with attributes and children; texts are texts, never HTML.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Tells the Messenger what the person did: a verb, and what it is about.
 * @param {Element} place
 * @param {string} detail
 */
export function tell(place, detail) {
  place.dispatchEvent(new CustomEvent('part', { detail }));
}
