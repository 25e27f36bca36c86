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
 * The page that led here. Where a campaign led to another page of the site in this tab, it is that one: the tab's history
 * knows it (where the browser has it), and nothing has to be stored.
 */
function cameFrom() {
  const visited = /** @type {any} */ (window).navigation?.entries() || [];
  const landing = visited.filter((/** @type {{ url: ?string }} */ { url }) => url !== location.href && /[?&]utm_/.test(url + '')).pop();
  return landing ? landing.url.split('#')[0] : document.referrer;
}
