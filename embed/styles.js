/**
 * Styles without a `style` attribute or element, so that they work under `default-src 'none'`: constructable style
 * sheets inside shadow roots. Rules on `:host` lose against the site's own rules for the same element, which is how a
 * site's `.intercom-lightweight-app-launcher { bottom: 80px }` keeps working. Used by `launcher.js` and `later/panel.js`.
 */

/**
 * @param {Element} host an element of the page's own DOM
 * @param {string} css fixed rules
 * @returns {{ root: ShadowRoot, vary: (css: string) => void }} `vary` says the rules that depend on settings; before it there
 *   are none at all
 */
export function shadow(host, css) {
  const root = host.shadowRoot || host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  const vary = (/** @type {string} */ text) => sheet.replaceSync(css + text);
  root.adoptedStyleSheets = [sheet];
  return { root, vary };
}

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes, ...children) {
  return dress(document.createElement(tag), attributes, ...children);
}

/**
 * @template {Element} T
 * @param {T} made
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {T}
 */
export function dress(made, attributes = {}, ...children) {
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...children);
  return made;
}

/** The corner in which launcher and panel stand: `.intercom-lightweight-app`, a box without size. */
export const CORNER =
  ':host{position:fixed;width:0;height:0}' +
  '@media print{:host{display:none}}';

/** The launcher, M§8.2. */
export const LAUNCHER =
  ':host{position:absolute;width:48px;height:48px;border-radius:50%;cursor:pointer;' +
  'box-sizing:border-box;background:var(--a);' +
  'box-shadow:0 1px 6px rgba(0,0,0,.06),0 2px 32px rgba(0,0,0,.16);animation:i .25s cubic-bezier(.33,0,0,1)}' +
  // Two rings, so that one of them is seen on any ground.
  ':host(:focus-visible){outline:3px solid var(--a);outline-offset:3px;box-shadow:0 0 0 3px #fff}' +
  // It grows, and does not fade in: what is at nought for a picture is seen a picture later.
  '@keyframes i{from{transform:scale(.5)}}' +
  '::slotted(div){position:absolute;inset:0;display:flex;align-items:center;justify-content:center}' +
  '@media(prefers-reduced-motion:reduce){:host{animation:none}}' +
  '@media(forced-colors:active){:host{border:2px solid ButtonText}}';
