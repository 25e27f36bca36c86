// Styles of parts, by constructable sheets: a strict policy has nothing to refuse.

/** @type {WeakMap<Node, Set<string>>} what each document or shadow root has adopted */
const adopted = new WeakMap();

/**
 * Gives a part's styles to the root around an element, once.
 * @param {Element} place
 * @param {string} css
 */
export function adopt(place, css) {
  const root = /** @type {Document | ShadowRoot} */ (place.getRootNode());
  const known = adopted.get(root) ?? new Set();
  if (known.has(css) || !root.adoptedStyleSheets) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  adopted.set(root, known.add(css));
}
