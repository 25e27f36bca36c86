/**
 * Where the server is. The script was loaded from it, so its own address says so, whatever host name the page uses.
 * Asked once when the script runs, and again at boot when the script could not tell (it was pasted inline into the page).
 */

/** Intercom's own hosts: installers overwrite `api_base` with one of them, so it says nothing about us (M§1.3). */
const INTERCOM_HOST = /(^|\.)(intercom\.io|intercom-messenger\.com)$/;

/**
 * @param {string | null | undefined} address
 * @returns {URL | null} the address as an http(s) URL, or null
 */
const parse = (address) => {
  try {
    const url = new URL(/** @type {string} */ (address), location.href);
    return address && /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
};

/**
 * The origin of the script, by M§11.2: the running script, the SDK's loader, any script of a widget.
 *
 * @param {Document['currentScript']} running `document.currentScript`, read while the script runs
 * @returns {string | null} an origin without a trailing slash
 */
function scriptOrigin(running) {
  for (const script of [
    running,
    document.getElementById('_intercom_npm_loader'),
    document.querySelector('script[src*="/widget/"]'),
  ]) {
    const url = parse(script?.getAttribute('src'));
    if (url) return url.origin;
  }
  return null;
}

/** Where this script came from. Only now: `currentScript` is null as soon as it has run. */
export const home = scriptOrigin(document.currentScript);

/**
 * @param {unknown} base the setting `api_base`
 * @returns {string | null} its origin, unless it is one of Intercom's hosts
 */
export function baseOrigin(base) {
  const url = typeof base === 'string' && /^(https?:)?\/\//.test(base) ? parse(base) : null;
  return url && !INTERCOM_HOST.test(url.hostname) ? url.origin : null;
}
