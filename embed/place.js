/**
 * The panel's place in the page and the frame in it, under Intercom's names (M§8.1). Here, and not with the panel
 * (`later/panel.js`), so that the frame's page and the second part of the script are fetched at the same time. Nothing of
 * it can be seen before the panel dresses it: it is hidden, so that there are no looks from which it could pass to the panel's.
 */

import { element } from './styles.js';

const NAME = 'intercom-messenger-frame';

/**
 * @param {string} origin the server's
 * @param {string} appId
 */
export function createPlace(origin, appId) {
  const box = element('div', { class: NAME, hidden: '' });
  const app = element('div', { class: 'intercom-app', 'aria-live': 'polite' }, box);
  const container = element('div', { id: 'intercom-container', class: 'intercom-namespace' }, app);
  box.attachShadow({ mode: 'open' });

  const place = {
    box,
    app,
    container,
    /** @type {HTMLIFrameElement | null} */
    iframe: null,
    /** What a frame said before anybody listened. @type {MessageEvent | undefined} */
    hello: undefined,

    /** Puts everything where it belongs; a body swap may have taken it away. */
    attach() {
      if (!container.isConnected) document.body.append(container);
    },

    /** @param {boolean} [early] whether it shall have a composer before the widget @returns {HTMLIFrameElement} on its way */
    load(early) {
      const iframe = /** @type {HTMLIFrameElement} */ (
        element('iframe', {
          name: NAME,
          class: NAME,
          'data-intercom-frame': 'true',
          title: 'Intercom live chat',
          allow: 'clipboard-write',
          src: `${origin}/frame/${encodeURIComponent(appId)}${early ? '?new' : ''}`,
        })
      );
      box.append(iframe);
      place.attach();
      return (place.iframe = iframe);
    },
  };
  return place;
}
