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
    referrer: document.referrer,
    language: String(navigator.languages || navigator.language || ''),
  };
}
