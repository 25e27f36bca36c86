/**
 * Styles without a `style` attribute or element, so that they work under `default-src 'none'`: constructable style
 * sheets inside shadow roots. Rules on `:host` lose against the site's own rules for the same element, which is how a
 * site's `.intercom-lightweight-app-launcher { bottom: 80px }` keeps working. Used by `launcher.js` and `panel.js`.
 */

/**
 * @param {Element} host an element of the page's own DOM
 * @param {string} css fixed rules
 * @returns {{ root: ShadowRoot, vary: (css: string) => void }} `vary` replaces the rules that depend on settings
 */
export function shadow(host, css) {
  const root = host.attachShadow({ mode: 'open' });
  const fixed = new CSSStyleSheet();
  const varying = new CSSStyleSheet();
  fixed.replaceSync(css);
  root.adoptedStyleSheets = [fixed, varying];
  return { root, vary: (text) => varying.replaceSync(text) };
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
  'box-sizing:border-box;background:var(--a);user-select:none;-webkit-tap-highlight-color:transparent;' +
  'box-shadow:0 1px 6px rgba(0,0,0,.06),0 2px 32px rgba(0,0,0,.16);transition:transform .25s cubic-bezier(.33,0,0,1);' +
  'animation:i .25s cubic-bezier(.33,0,0,1)}' +
  ':host(:hover){transform:scale(1.1)}' +
  ':host(:active){transform:scale(.85);transition-duration:134ms}' +
  // Two rings, so that one of them is seen on any ground.
  ':host(:focus-visible){outline:3px solid var(--a);outline-offset:3px;box-shadow:0 0 0 3px #fff}' +
  '@keyframes i{from{opacity:0;transform:scale(.5)}}' +
  '::slotted(div){position:absolute;inset:0;display:flex;align-items:center;justify-content:center;' +
  'transition:opacity .08s linear,transform .1s linear}' +
  '::slotted([data-off]){opacity:0;transform:rotate(-30deg) scale(.8)}' +
  'b{position:absolute;top:-5px;right:-5px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;' +
  'border-radius:10px;background:#c8102e;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}' +
  'b[hidden]{display:none}' +
  '@media(prefers-reduced-motion:reduce){:host,::slotted(div){animation:none;transition:none}}' +
  '@media(forced-colors:active){:host{border:2px solid ButtonText}b{border:1px solid CanvasText}}';

/** The panel, M§8.3; full screen below 450 px without touching the page's body. */
export const PANEL =
  ':host{position:fixed;width:400px;max-width:calc(100vw - 40px);' +
  'max-height:704px;min-height:250px;border-radius:24px;overflow:hidden;background:Canvas;' +
  'box-shadow:0 5px 40px rgba(0,0,0,.16);visibility:hidden;opacity:0;transform:scale(.6);' +
  'transition:transform .25s cubic-bezier(.33,0,0,1),opacity .15s linear,visibility 0s .25s}' +
  ':host([data-open]){visibility:visible;opacity:1;transform:none;transition-delay:0s}' +
  '::slotted(iframe){position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:normal}' +
  // Before the frame has drawn, and if it cannot: the greeting's ground, and words only when something is wrong.
  '.w{position:absolute;inset:0;z-index:1;display:flex;flex-direction:column;gap:16px;align-items:center;' +
  'justify-content:center;padding:32px;box-sizing:border-box;text-align:center;color:CanvasText;' +
  'background:linear-gradient(var(--b) 64px,Canvas 64px);font:16px/1.5 system-ui,sans-serif}' +
  '.w[hidden]{display:none}' +
  '.w i{width:28px;height:28px;border:3px solid;border-top-color:transparent;border-radius:50%;opacity:.5;' +
  'animation:s .8s linear infinite}' +
  '.w i[hidden],.w p[hidden]{display:none}' +
  '.w button{font:inherit;padding:8px 16px;margin:0 4px;cursor:pointer}' +
  '@keyframes s{to{transform:rotate(1turn)}}' +
  '@media(max-width:449.98px){:host{inset:0;width:100%;max-width:none;height:100%;max-height:none;min-height:0;' +
  'border-radius:0;z-index:2147483647;overscroll-behavior:contain}}' +
  '@media(prefers-reduced-motion:reduce){:host{transition:none}.w i{animation-duration:3s}}' +
  '@media(forced-colors:active){:host{border:2px solid CanvasText}}' +
  '@media print{:host{display:none}}';

/** The query of {@link PANEL} that makes it fill the screen. */
export const PHONE = '(max-width:449.98px)';
