/**
 * `openOnBoot`: the open panel survives a page change. Kept per tab in sessionStorage under Intercom's key (M§4.5), so
 * that a panel open in one tab does not pop up in another.
 */

import { load, save } from './storage.js';

/** @param {string} appId */
const key = (appId) => 'intercom.intercom-state-' + appId;

/**
 * @param {string} appId
 * @returns {object | null} what the panel showed (protocol `Open`) when the page before this one was left
 */
export function restored(appId) {
  const state = load('sessionStorage', key(appId));
  return state && state.openOnBoot && typeof state.openOnBoot.at === 'string' ? state.openOnBoot : null;
}

/**
 * @param {string} appId
 * @param {object | null} open what is on screen; null when the panel is closed
 */
export function remember(appId, open) {
  save('sessionStorage', key(appId), open && { openOnBoot: open });
}
