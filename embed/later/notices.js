/**
 * What the page shows of unread messages while the panel is closed (M§8.11): the frame's previews above the launcher, and the
 * title. What is in the previews only the frame knows.
 */

import { PHONE } from './styles.js';

/** How long after the last key the person counts as typing into the page, milliseconds. */
const TYPING_MS = 2000;

/** How long each of two titles stands, milliseconds; browsers slow hidden pages down to about that. */
const TURN_MS = 1000;

/**
 * @param {import('../life.js').Life} life
 * @param {{ focused: () => boolean, focus: () => void }} keyboard whether it is in our frame, and where it goes when that goes
 */
export function createNotices(life, keyboard) {
  const { box } = life.spot;
  const { signal } = life;
  const sheet = new CSSStyleSheet();
  const root = /** @type {ShadowRoot} */ (box.shadowRoot);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  let height = 0;
  let open = false;
  let typing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  const draw = () => {
    const shown = !!height && !open && !typing && life.settings.hide_notifications !== true;
    const gone = !shown && !open && box.hasAttribute('data-preview') && keyboard.focused();
    box.toggleAttribute('data-preview', shown);
    if (gone) keyboard.focus();
  };

  const type = (/** @type {boolean} */ now) => {
    typing = now;
    draw();
  };

  document.addEventListener(
    'input',
    () => {
      clearTimeout(pause);
      pause = setTimeout(type, TYPING_MS, false);
      if (!typing) type(true);
    },
    { capture: true, passive: true, signal },
  );

  /** @type {ReturnType<typeof setInterval> | undefined} */
  let turns;
  /** The page's own title, and the one of ours that stands in its place. */
  let own = '';
  let ours = '';

  const restore = () => {
    const title = document.querySelector('title');
    // One that the page changed meanwhile is left alone.
    if (title && ours && title.textContent === ours) title.textContent = own;
    ours = '';
  };
  const turn = () => {
    const title = document.querySelector('title');
    if (ours || !title) return restore();
    own = title.textContent || '';
    ours = title.textContent = `(${life.unread}) ${own}`;
  };
  const quiet = () => {
    clearInterval(turns);
    turns = undefined;
    restore();
  };
  document.addEventListener('visibilitychange', () => document.hidden || quiet(), { signal });
  signal.addEventListener('abort', quiet);

  return {
    /** @param {number} pixels how high the previews are; 0 for none */
    preview(pixels) {
      height = pixels;
      // Without a ground, and over as much of the page as there are cards; phones keep clear of what the screen covers.
      const rules = `height:${height}px;min-height:0;max-height:calc(100% - 104px)`;
      sheet.replaceSync(
        ':host([data-preview]){visibility:visible;opacity:1;transform:none;transition:none;border:0;border-radius:0;' +
          `background:none;box-shadow:none;${rules}}@media ${PHONE}{:host([data-preview]){` +
          'inset:auto 0 calc(84px + env(safe-area-inset-bottom))}}',
      );
      draw();
    },

    /** @param {boolean} is whether the panel is open */
    opened(is) {
      open = is;
      draw();
    },

    /** A message came while the page is hidden. */
    alert() {
      if (!document.hidden || turns) return;
      turns = setInterval(turn, TURN_MS);
      turn();
    },

    quiet,
    draw,
  };
}
