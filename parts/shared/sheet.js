// Styles of parts, by constructable sheets: a strict policy has nothing to refuse.

/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/**
 * Gives a part's styles to the root around an element, unless they are there: a Messenger that is mounted anew begins with
 * its own sheets only.
 * @param {Element} place
 * @param {string} css
 */
export function adopt(place, css) {
  const root = /** @type {Document | ShadowRoot} */ (place.getRootNode());
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  if (root.adoptedStyleSheets && !root.adoptedStyleSheets.includes(sheet)) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}
