/**
 * The page's own web storage, under keys beginning with `intercom.` as Intercom's do (M§4.5), so that log-out code that
 * removes them finds ours. What storage refuses (private mode, sandboxed frame, no room) is kept for the life of the page.
 */

/** @typedef {'localStorage' | 'sessionStorage'} Area */

/** What was refused, and where it belongs. @type {Record<string, [Area, any]>} */
const memory = {};

/** Whether the visitor lets this browser keep anything (`cookie_consent`). */
export const consent = { given: true };

/**
 * @param {Area} area
 * @param {string} key
 * @returns {any} the value, or null
 */
export function load(area, key) {
  try {
    return memory[key]?.[1] ?? JSON.parse(/** @type {string} */ (window[area].getItem(key)));
  } catch {
    return null;
  }
}

/**
 * @param {Area} area
 * @param {string} key
 * @param {unknown} value null or undefined removes the key
 */
export function save(area, key, value) {
  delete memory[key];
  let stays = value == null || consent.given;
  try {
    if (value != null && stays) window[area].setItem(key, JSON.stringify(value));
    else window[area].removeItem(key);
  } catch {
    stays = false;
  }
  if (!stays && value != null) memory[key] = [area, value];
}

/**
 * Consent was given or taken back: what is stored for a workspace goes into memory, or what is there into storage.
 *
 * @param {string} appId
 */
export function moveStored(appId) {
  for (const area of /** @type {Area[]} */ (['localStorage', 'sessionStorage'])) {
    try {
      for (const key of Object.keys(window[area])) {
        if (key.startsWith('intercom.') && key.endsWith('-' + appId)) save(area, key, load(area, key));
      }
    } catch {
      // There is no storage here.
    }
  }
  for (const [key, [area, value]] of Object.entries(memory)) save(area, key, value);
}
