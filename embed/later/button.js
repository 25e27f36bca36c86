/**
 * What the launcher shows once there is a panel: that it is open, and how much is unread.
 */

import { element, icon } from './borrowed.js';
import { BUTTON } from './styles.js';

const MINIMISE = 'M5.5 8.5l6.5 7 6.5-7';

/**
 * @param {HTMLElement} button the launcher, which is drawn by its shadow root
 * @param {() => void} escape
 */
export function createButton(button, escape) {
  button.append(icon('minimize', MINIMISE, { fill: 'none', stroke: 'currentColor', 'stroke-width': '2.5', 'stroke-linecap': 'round' }));
  const badge = element('b', { hidden: '', 'aria-hidden': 'true' });
  const root = /** @type {ShadowRoot} */ (button.shadowRoot);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BUTTON);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  root.append(badge);
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') escape();
  });

  return {
    /** @param {boolean} open whether the panel is */
    toggle(open) {
      button.setAttribute('aria-label', `${open ? 'Close' : 'Open'} Intercom Messenger`);
      button.setAttribute('aria-expanded', String(open));
    },

    /** @param {number} count unread conversations */
    unread(count) {
      badge.hidden = !count;
      badge.textContent = count > 99 ? '99+' : String(count);
      button.ariaDescription = count ? `${count} unread` : null;
    },

    focus() {
      button.focus({ preventScroll: true });
    },
  };
}
