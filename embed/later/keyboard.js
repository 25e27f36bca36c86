/**
 * The on-screen keyboard of phones: it covers what stands at the lower edge, and browsers say so by the visual viewport
 * alone. While it is there the panel, which fills the screen, fills what is left of it, so that the composer is seen.
 */

import { PHONE } from './styles.js';

/**
 * @param {ShadowRoot} root whose host is the panel
 * @returns {() => void} ends it
 */
export function avoidKeyboard(root) {
  const view = window.visualViewport;
  if (!view) return () => {};
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const look = () => {
    // Not when the person has zoomed in: then a part of the panel is what they want to see.
    const covered = view.scale < 1.01 && innerHeight - view.height > 1;
    sheet.replaceSync(
      covered ? `@media${PHONE}{:host{top:${view.offsetTop}px;bottom:auto;height:${view.height}px}}` : '',
    );
  };
  view.addEventListener('resize', look);
  view.addEventListener('scroll', look);
  return () => {
    view.removeEventListener('resize', look);
    view.removeEventListener('scroll', look);
  };
}
