/**
 * What card and banner share: a region of the page, drawn in a shadow root by constructable style sheets, that says itself to
 * screen readers, takes no focus, closes with Escape, and knows when it was seen.
 */

import { element, shadow } from './borrowed.js';
import { COMMON } from './styles.js';

/**
 * @param {string} name Intercom's class name (M§8.1)
 * @param {string} label whom it is from
 * @param {string} css
 * @param {{ seen: () => void, dismiss: (() => void) | null, place: (host: HTMLElement) => void }} on `place` puts it into the
 *   page; without `dismiss` it cannot be closed
 */
export function createFrame(name, label, css, on) {
  const host = element('div', { class: name, 'data-intercom-frame': 'true' });
  const { root, vary } = shadow(host, COMMON + css);
  const region = element('section', { role: 'region', 'aria-label': label, 'aria-live': 'polite' });
  root.append(region);
  const eye = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      eye.disconnect();
      on.seen();
    }
  });
  eye.observe(region);
  region.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !on.dismiss) return;
    event.stopPropagation();
    on.dismiss();
  });

  return {
    vary,
    region,
    attach() {
      if (!host.isConnected) on.place(host);
    },
    remove() {
      eye.disconnect();
      host.remove();
    },
    /** Said only if it comes into a region that is there already. @param {...Node} content */
    fill(...content) {
      requestAnimationFrame(() => region.append(...content));
    },
  };
}

/** The button that closes. @param {string} label @param {() => void} press */
export function closer(label, press) {
  const button = element('button', { type: 'button', class: 'x', 'aria-label': label, title: label }, '\u00d7');
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    press();
  });
  return button;
}
