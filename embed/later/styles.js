/**
 * Style sheets of the second part, constructed like those of the first (`../styles.js`).
 */

/** The launcher from the first intent on: how it moves, its second picture, and the number of what is unread. */
export const BUTTON =
  ':host{transition:transform .25s cubic-bezier(.33,0,0,1);user-select:none;-webkit-tap-highlight-color:transparent}' +
  ':host(:hover){transform:scale(1.1)}' +
  ':host(:active){transform:scale(.85);transition-duration:134ms}' +
  '::slotted(div){transition:opacity .08s linear,transform .1s linear}' +
  ':host([aria-expanded=true]) ::slotted(.-icon-open),:host([aria-expanded=false]) ::slotted(.-icon-minimize){opacity:0;' +
  'transform:rotate(-30deg) scale(.8)}' +
  'b{position:absolute;top:-5px;right:-5px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;' +
  'border-radius:10px;background:#c8102e;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}' +
  'b[hidden]{display:none}' +
  '@media(prefers-reduced-motion:reduce){:host,::slotted(div){transition:none}}' +
  '@media(forced-colors:active){b{border:1px solid CanvasText}}';

/** The panel, M§8.3; full screen below 450 px without touching the page's body. */
export const PANEL =
  ':host{position:fixed;width:400px;max-width:calc(100vw - 40px);' +
  'max-height:704px;min-height:250px;border-radius:24px;overflow:hidden;background:Canvas;' +
  'box-shadow:0 5px 40px rgba(0,0,0,.16);visibility:hidden;opacity:0;transform:scale(.6);' +
  'transition:transform .25s cubic-bezier(.33,0,0,1),opacity .15s linear,visibility 0s .25s}' +
  ':host([data-open]){visibility:visible;opacity:1;transform:none;transition-delay:0s}' +
  '::slotted(iframe){position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:normal}' +
  // Before the frame has drawn, and if it cannot: the greeting's ground, and words only when something is wrong.
  'div{position:absolute;inset:0;z-index:1;display:grid;place-content:center;padding:32px;text-align:center;' +
  'background:linear-gradient(var(--b) 64px,Canvas 64px);color:CanvasText;font:16px/1.5 system-ui,sans-serif}' +
  '[hidden]{display:none}' +
  '.w{animation:s .8s infinite alternate}' +
  // Only above what the person writes already.
  '.e{bottom:64px}' +
  '@keyframes s{to{opacity:.7}}' +
  'button{font:inherit;padding:8px 16px;margin:16px 4px 0}' +
  '@media(max-width:449.98px){:host{inset:0;width:100%;max-width:none;height:100%;max-height:none;min-height:0;' +
  'border-radius:0;z-index:2147483647;overscroll-behavior:contain}}' +
  '@media(prefers-reduced-motion:reduce){:host{transition:none}.w{animation:none}}' +
  '@media(forced-colors:active){:host{border:2px solid CanvasText}}' +
  '@media print{:host{display:none}}';

/** The query of {@link PANEL} that makes it fill the screen. */
export const PHONE = '(max-width:449.98px)';
