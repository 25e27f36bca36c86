/**
 * The looks of card and banner. Logical properties: the page's direction is theirs, too.
 */

/** Both. */
export const COMMON =
  ':host{display:block;font:15px/1.45 system-ui,sans-serif;color-scheme:light dark}' +
  'p{margin:0}p+p{margin-top:.6em}a{color:inherit}' +
  'button{font:inherit;color:inherit;cursor:pointer}' +
  '.x{position:absolute;top:6px;inset-inline-end:6px;width:32px;height:32px;padding:0;border:0;border-radius:50%;' +
  'background:none;font-size:22px;line-height:1}' +
  '.x:hover{background:rgba(128,128,128,.25)}' +
  ':focus-visible{outline:3px solid;outline-offset:2px}' +
  '.t{overflow-wrap:anywhere}' +
  '@keyframes i{from{opacity:0;transform:translateY(var(--y,8px))}}' +
  '@media(prefers-reduced-motion:no-preference){.c{animation:i .25s cubic-bezier(.33,0,0,1)}}' +
  '@media print{:host{display:none}}';

/** The card: beside the launcher; the whole width on phones. */
export const CARD =
  ':host{position:fixed;inset-inline:12px;bottom:84px;max-width:calc(100vw - 24px)}' +
  '@media(min-width:450px){:host{inset-inline:auto}}' +
  '.c{position:relative;padding:16px;border-radius:16px;background:Canvas;color:CanvasText;cursor:pointer;' +
  'box-shadow:0 4px 30px rgba(0,0,0,.2);max-height:60vh;overflow:auto}' +
  '.h{display:flex;gap:8px;align-items:center;padding-inline-end:32px;margin-bottom:8px}' +
  '.f{width:28px;height:28px;border-radius:50%;background:var(--a);color:#fff;' +
  'color:oklch(from var(--a) clamp(0,(.7 - l)*999,1) 0 0);text-align:center;font:600 14px/28px system-ui,sans-serif;flex:none}' +
  '.r{display:block;width:100%;margin-top:12px;padding:9px 12px;border:1px solid GrayText;border-radius:10px;' +
  'background:none;color:color-mix(in srgb,CanvasText 70%,Canvas);text-align:start}' +
  '@media(forced-colors:active){.c{border:2px solid CanvasText}}';

/** The banner. */
export const BANNER =
  '.c{position:relative;display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;justify-content:center;' +
  'padding:12px 48px;background:var(--a);color:#fff;color:oklch(from var(--a) clamp(0,(.7 - l)*999,1) 0 0)}' +
  '.o{margin:12px;border-radius:12px;box-shadow:0 4px 30px rgba(0,0,0,.2)}' +
  '.a{padding:6px 14px;border:1px solid;border-radius:8px;background:none;color:inherit;text-decoration:none;font-weight:600}' +
  '.a:hover{background:rgba(128,128,128,.25)}' +
  '@media(forced-colors:active){.c{border:1px solid CanvasText}}';
