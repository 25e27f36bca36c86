/**
 * The on-screen keyboard of phones: it covers what stands at the lower edge, and browsers say so by the visual viewport
 * alone. While it is there the panel, which fills the screen, fills what is left of it, so that the composer is seen.
 */

import { PHONE } from './styles.js';

/**
 * @param {ShadowRoot} root whose host is the panel, or in which it is
 * @param {string} [before] what stands in the style sheet before the panel's place: two braces are open then
 * @returns {() => void} ends it
 */
export function avoidKeyboard(root, before = `@media${PHONE}{:host{`) {
  const view = window.visualViewport;
  if (!view) return () => {};
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const look = () => {
    const { height } = view;
    sheet.replaceSync(
      // Not when the person has zoomed in: then a part of the panel is what they want to see.
      view.scale < 1.01 && innerHeight - height > 1 ? before + `top:${view.offsetTop}px;bottom:auto;height:${height}px}}` : '',
    );
  };
  view.addEventListener('resize', look);
  view.addEventListener('scroll', look);
  return () => {
    view.removeEventListener('resize', look);
    view.removeEventListener('scroll', look);
  };
}
