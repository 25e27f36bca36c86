/**
 * The page's own web storage, under keys beginning with `intercom.` as Intercom's do (M§4.5), so that log-out code that
 * removes them finds ours. What storage refuses (private mode, sandboxed frame, no room) is kept for the life of the page.
 */

/** @typedef {'localStorage' | 'sessionStorage'} Area */

/** What was refused. @type {Record<string, any>} */
const memory = {};

/**
 * @param {Area} area
 * @param {string} key
 * @returns {any} the value, or null
 */
export function load(area, key) {
  try {
    return memory[key] || JSON.parse(/** @type {string} */ (window[area].getItem(key)));
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
  try {
    if (value == null) window[area].removeItem(key);
    else window[area].setItem(key, JSON.stringify(value));
  } catch {
    memory[key] = value;
  }
}
