/**
 * What the page says happened (`trackEvent`, M§2.2). Each event waits in the page's own storage, as the text that the server
 * will read, until the frame says that the server has it: a reload loses nothing, and the page of somebody unknown stays as
 * light as it was (P3).
 */

import { copy } from './settings.js';
import { load, save } from './storage.js';

/** How many may wait; of more the oldest go. */
const MOST = 500;

/** Characters of one event: it has to go with a ping, and the server reads 64 KiB. */
const LONGEST = 8000;

/** @param {string} appId */
const key = (appId) => 'intercom.doorstep-events-' + appId;

/** @param {string} appId @returns {string[]} what waits, the oldest first */
export const held = (appId) => load('localStorage', key(appId)) || [];

/** @param {string} appId @param {string[]} list what waits from now on */
export const hold = (appId, list) => save('localStorage', key(appId), list[0] ? list : null);

/**
 * @param {string} appId
 * @param {unknown} name documentation shows calls without one (M§3.5)
 * @param {unknown} metadata
 * @returns {boolean} whether it waits now
 */
export function happened(appId, name, metadata) {
  const text = JSON.stringify({ name, at: Date.now(), metadata: copy(metadata) });
  const list = held(appId);
  const good = typeof name === 'string' && text.length < LONGEST;
  if (!good || typeof (metadata || list) !== 'object' || list.length >= MOST)
    console.error('Doorstep: trackEvent takes a name and an object, 8 KB, 500 times', name);
  if (good) hold(appId, [...list, text].slice(-MOST));
  return good;
}
