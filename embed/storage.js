/**
 * The page's own web storage, under keys beginning with `intercom.` as Intercom's do (M§4.5), so that log-out code that
 * removes them finds ours. Where storage is refused (private mode, sandboxed frame) every call does nothing.
 */

/** @typedef {'localStorage' | 'sessionStorage'} Area */

/**
 * @param {Area} area
 * @param {string} key
 * @returns {any} the value, or null
 */
export function load(area, key) {
  try {
    return JSON.parse(/** @type {string} */ (window[area].getItem(key)));
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
  try {
    if (value == null) window[area].removeItem(key);
    else window[area].setItem(key, JSON.stringify(value));
  } catch {
    // Refused or full: the Messenger works without, for the life of the page.
  }
}
