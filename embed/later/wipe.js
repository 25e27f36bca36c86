/**
 * Wipes the storage that the Messenger's frame has under the server's origin (P10), where no frame lives that could do it
 * itself: by the server's wipe page. A part of its own, fetched when `../debts.js` needs it.
 */

import { element, shadow } from '../styles.js';

/** How long the page may take. */
const PATIENCE_MS = 9000;

/**
 * @param {string} origin the server's
 * @param {string} appId
 * @returns {Promise<boolean>} whether it was done, when the page has answered or waiting makes no sense any more
 */
export const wipe = (origin, appId) =>
  new Promise((resolve) => {
    const iframe = /** @type {HTMLIFrameElement} */ (
      element('iframe', { src: `${origin}/frame/${encodeURIComponent(appId)}/wipe`, 'aria-hidden': 'true', tabindex: '-1' })
    );
    const box = element('div', { hidden: '' });
    // In a shadow root no style of the site can make it visible.
    shadow(box, ':host{display:none!important}').root.append(iframe);
    /** @param {boolean} done */
    const end = (done) => {
      clearTimeout(timer);
      removeEventListener('message', heard);
      box.remove();
      resolve(done);
    };
    /** @param {MessageEvent} event */
    const heard = (event) => {
      if (event.data === 'doorstep:wiped' && event.source && event.source === iframe.contentWindow) end(true);
    };
    addEventListener('message', heard);
    const timer = setTimeout(end, PATIENCE_MS, false);
    document.body.append(box);
  });
