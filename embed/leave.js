/**
 * The end of an identity in this browser (P10), as far as it must happen at once: cookies, what waits in the page's
 * storage, and the note of what is owed to the server and to the frame's storage.
 */

import { hold } from './events.js';
import { save } from './storage.js';

/** The open panel, for the next page of this tab (M§4.5). @param {string} appId */
export const stateKey = (appId) => 'intercom.intercom-state-' + appId;

/**
 * @param {string} appId
 * @param {import('./cookies.js').Jar} jar
 * @param {import('./debts.js').Debts} debts
 * @param {boolean} here whether it is ended by this page, and not by another tab, which then does the rest
 * @param {Promise<unknown> | void} living see `Debts.incur`
 */
export function leave(appId, jar, debts, here, living) {
  save('sessionStorage', stateKey(appId), null);
  hold(appId, []);
  save('localStorage', 'intercom.doorstep-outbound-' + appId, null);
  const caller = here && jar.owner();
  if (here) {
    jar.expire('session');
    jar.expire('id');
  } else jar.forget();
  debts.incur(caller, living);
}
