/**
 * The page, as the server is told about it. The fragment goes only as far as it is a route: sign-in libraries put
 * secrets behind the `#`.
 *
 * @param {import('../settings.js').Settings} settings
 */
export function page(settings) {
  const route = /^#!?\/[^?]*/.exec(location.hash);
  return {
    url: location.href.split('#')[0] + (route ? route[0] : ''),
    title: typeof settings.page_title === 'string' ? settings.page_title : document.title,
    referrer: cameFrom(),
    language: String(navigator.languages || navigator.language || ''),
  };
}

/**
 * The page that led here; on a further page of the site, the one a campaign led to in this tab, which the tab's history
 * knows without anything being stored (where the browser has it).
 */
function cameFrom() {
  const told = document.referrer;
  if (told && new URL(told).origin !== location.origin) return told;
  const visited = /** @type {any} */ (window).navigation?.entries() || [];
  const landing = visited.filter((/** @type {{ url: ?string }} */ { url }) => /[?&]utm_/.test(url || '')).pop();
  return landing ? landing.url.split('#')[0] : told;
}
