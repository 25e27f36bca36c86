/**
 * The panel: its geometry (M§8.3), and what is shown while the frame loads or when it cannot. Its elements and the frame
 * are `../place.js`: the frame is made when somebody is about to need it, not before, and may be on its way already.
 */

import { element, place, shadow } from './borrowed.js';
import { connect } from './frame.js';
import { avoidKeyboard } from './keyboard.js';
import { PANEL, PHONE } from './styles.js';

/** How long a loaded document may take to say hello before the visitor is told that something is wrong. */
const PATIENCE_MS = 15000;

/**
 * @param {ReturnType<typeof import('../place.js').createPlace>} spot
 * @param {{ origin: string, before: () => Promise<void> | null, boot: () => object[], receive: (message: any) => void,
 *   close: () => void, mobile: (mobile: boolean) => void }} on `before` is what must have happened before the frame may
 *   load (a wipe still owed to the person before)
 */
export function createPanel(spot, on) {
  const { box, app, container } = spot;
  const again = element('button', { type: 'button' }, 'Try again');
  const close = element('button', { type: 'button' }, 'Close');
  const sorry = element('p', { role: 'alert', hidden: '' }, 'The Messenger could not be loaded. ', again, close);
  const cover = element('div', {}, sorry);
  const look = shadow(box, PANEL);
  box.hidden = false;
  look.root.append(element('slot'), cover);
  const calm = avoidKeyboard(look.root);

  const phone = matchMedia(PHONE);
  const resized = () => on.mobile(phone.matches);
  phone.addEventListener('change', resized);

  /** Whether there is a frame, or will be as soon as it may. @type {object | null} */
  let started = null;
  /** @type {ReturnType<typeof connect> | null} */
  let link = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  /** Whether the panel is waited for. */
  let waiting = false;
  /** Whether the frame shows something while it is. */
  let early = false;

  const draw = () => {
    // What is written already is not covered.
    cover.className = waiting ? 'w' : early ? 'e' : '';
    cover.hidden = early && waiting;
    sorry.hidden = waiting;
  };

  const wait = (/** @type {boolean} */ long) => {
    waiting = long;
    early &&= !long;
    draw();
  };

  /** Given to a frame whose document was still to come, the keyboard may be nowhere now. */
  const refocus = () => {
    if (document.activeElement !== spot.iframe) return;
    spot.iframe?.blur();
    spot.iframe?.focus({ preventScroll: true });
  };

  const fail = () => {
    wait(false);
    console.error(`Doorstep: the Messenger's frame did not start. A content security policy needs frame-src ${on.origin}`);
  };

  const drop = () => {
    clearTimeout(patience);
    link?.close();
    spot.iframe?.remove();
    link = spot.iframe = started = null;
  };

  const start = () => {
    const mine = {};
    started = mine;
    wait(true);
    const go = () => {
      // Somebody else's turn by now: shut down or started again while waiting.
      if (started !== mine) return;
      const loaded = () => {
        clearTimeout(patience);
        if (waiting) patience = setTimeout(fail, PATIENCE_MS);
      };
      // One that was on its way before may have loaded already.
      if (spot.iframe) loaded();
      const iframe = spot.iframe || spot.load();
      iframe.addEventListener('load', loaded);
      link = connect(iframe, on.origin, spot.hello, on);
    };
    const before = on.before();
    if (before) before.then(go);
    else go();
  };

  const panel = {
    get mobile() {
      return phone.matches;
    },

    /** Makes the frame if there is none, and puts everything where it belongs if a body swap has taken it away. */
    prepare() {
      spot.attach();
      if (!started) start();
    },

    /** After a body swap: back into the page, where the frame starts anew by itself. */
    attach() {
      if (started && !container.isConnected) {
        wait(true);
        spot.attach();
      }
    },

    /** Starts over with what is true now: after a failure, or when the identity changed behind this page's back. */
    restart() {
      drop();
      panel.prepare();
    },

    ready() {
      clearTimeout(patience);
      waiting = false;
      cover.hidden = true;
      // What was shown before had the keyboard, and passed it on.
      if (!early) refocus();
    },

    /** @param {boolean} shown whether the frame shows something before it is ready */
    early(shown) {
      early = shown;
      draw();
      if (shown) refocus();
    },

    /** @param {boolean} open @param {boolean} [focus] whether the keyboard follows */
    toggle(open, focus) {
      box.toggleAttribute('data-open', open);
      if (open && focus) spot.iframe?.focus({ preventScroll: true });
    },

    /** @returns {boolean} whether the keyboard is in the panel */
    get focused() {
      return container.contains(document.activeElement);
    },

    /** @param {object} message @returns {boolean} whether the frame heard it */
    send: (message) => !!link?.send(message),

    /** @param {import('../settings.js').Looks} looks */
    look(looks) {
      look.vary(
        `:host{--b:${looks.background};transform-origin:bottom ${looks.left ? 'left' : 'right'}}@media(min-width:450px){` +
          `:host{z-index:${looks.zIndex + 1};height:calc(100% - ${looks.vertical + 84}px);` +
          `${place(looks, looks.vertical + 64, looks.horizontal)}}}`,
      );
    },

    remove() {
      phone.removeEventListener('change', resized);
      calm();
      drop();
      container.remove();
    },

    /** Out of sight and out of Intercom's names at once, while the frame wipes its storage; `remove` follows. */
    retire() {
      container.hidden = true;
      panel.toggle(false);
      for (const node of [container, app, box, spot.iframe]) {
        for (const name of ['id', 'class', 'name', 'data-intercom-frame']) node?.removeAttribute(name);
      }
    },
  };
  again.addEventListener('click', panel.restart);
  close.addEventListener('click', on.close);
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') on.close();
  });
  return panel;
}
