/**
 * The launcher: a round button in the corner under Intercom's class names (M§8.1), in the page's own DOM so that the
 * site's styles and tests find it, drawn by shadow roots so that the site's styles do not disturb it. Knows nothing of
 * what is opened; tells `life.js` of intent (somebody is about to open) and of a press. What it shows once there is a panel
 * is added by `later/button.js`.
 */

import { place } from './settings.js';
import { CORNER, LAUNCHER, dress, element, shadow } from './styles.js';

const OPEN = 'M12 3C6 3 2 7 2 11c0 3 1 5 4 6v4l4-2c7 1 12-3 12-8S18 3 12 3z';

/**
 * @param {string} kind `open` or `minimize`
 * @param {string} path what to draw on 24 x 24
 * @param {Record<string, string>} paint
 * @returns {HTMLElement} an icon under Intercom's names
 */
export function icon(kind, path, paint) {
  const make = (/** @type {string} */ tag, /** @type {Record<string, string>} */ attributes) =>
    dress(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes);
  const svg = make('svg', { width: '24', viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  svg.append(make('path', { d: path, ...paint }));
  const name = 'intercom-lightweight-app-launcher-icon';
  const box = element('div', { class: `${name} ${name}-${kind} -icon-${kind}` });
  // Inside a shadow root: a site's `svg { … }` must not reach it.
  box.attachShadow({ mode: 'open' }).append(svg);
  return box;
}

/**
 * @param {{ press: () => void, intent: () => void }} on
 */
export function createLauncher(on) {
  const button = element(
    'div',
    {
      class: 'intercom-lightweight-app-launcher intercom-launcher',
      role: 'button',
      tabindex: '0',
      'aria-live': 'polite',
      'aria-label': 'Open Intercom Messenger',
      'aria-expanded': 'false',
    },
    icon('open', OPEN, { fill: 'currentColor' }),
  );
  const app = element('div', { class: 'intercom-lightweight-app' }, button);
  const corner = shadow(app, CORNER);
  const face = shadow(button, LAUNCHER);
  for (const { root } of [corner, face]) root.append(element('slot'));

  button.addEventListener('click', on.press);
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') {
      // Space would scroll the page.
      event.preventDefault();
      on.press();
    }
  });
  for (const name of ['pointerenter', 'focus', 'touchstart']) {
    button.addEventListener(name, on.intent, { passive: true });
  }

  return {
    button,
    element: app,

    /**
     * Stands in the page, unless the settings hide it; a body swap may have taken it away.
     *
     * @param {import('./settings.js').Looks} looks
     */
    look(looks) {
      corner.vary(`:host{z-index:${looks.zIndex};${place(looks, 0, 0)}}`);
      face.vary(
        // Black or white, whichever is read better on the colour; white where the browser cannot reckon.
        `:host{--a:${looks.action};color:#fff;color:oklch(from ${looks.action} clamp(0,(.7 - l)*999,1) 0 0);` +
          // Phones ignore the paddings (M§3.1).
          `${place(looks, 20, 20)}}@media(min-width:450px){:host{${place(looks, looks.vertical, looks.horizontal)}}}`,
      );
      if (looks.hidden) app.remove();
      else if (!app.isConnected) document.body.append(app);
    },

    remove() {
      app.remove();
    },
  };
}
