/**
 * The panel: the frame's place in the page, under Intercom's names (M§8.1), its geometry (M§8.3), and what is shown
 * while the frame loads or when it cannot. The frame is made when somebody is about to need it, not before.
 */

import { connect } from './frame.js';
import { place } from './settings.js';
import { PANEL, PHONE, element, shadow } from './styles.js';

/** How long a loaded document may take to say hello before the visitor is told that something is wrong. */
const PATIENCE_MS = 15000;

/**
 * @param {{ origin: string, appId: string, before: () => Promise<void> | null, boot: () => object,
 *   receive: (message: any) => void, close: () => void, mobile: (mobile: boolean) => void }} on `before` is what must
 *   have happened before the frame may load (a wipe still owed to the person before)
 */
export function createPanel(on) {
  const again = element('button', { type: 'button' }, 'Try again');
  const close = element('button', { type: 'button' }, 'Close');
  const spinner = element('i');
  const sorry = element('p', { role: 'alert', hidden: '' }, 'The Messenger could not be loaded. ', again, close);
  const cover = element('div', { class: 'w' }, spinner, sorry);
  const box = element('div', { class: 'intercom-messenger-frame' });
  const app = element('div', { class: 'intercom-app', 'aria-live': 'polite' }, box);
  const container = element('div', { id: 'intercom-container', class: 'intercom-namespace' }, app);
  const look = shadow(box, PANEL);
  look.root.append(element('slot'), cover);

  const phone = matchMedia(PHONE);
  const resized = () => on.mobile(phone.matches);
  phone.addEventListener('change', resized);

  /** @type {HTMLIFrameElement | null} */
  let iframe = null;
  /** @type {ReturnType<typeof connect> | null} */
  let link = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  const wait = (/** @type {boolean} */ waiting) => {
    cover.hidden = false;
    spinner.hidden = !waiting;
    sorry.hidden = waiting;
  };

  const fail = () => {
    wait(false);
    console.error(`Doorstep: the Messenger's frame did not start. A content security policy needs frame-src ${on.origin}`);
  };

  const drop = () => {
    clearTimeout(patience);
    if (link) link.close();
    if (iframe) iframe.remove();
    link = iframe = null;
  };

  const start = () => {
    const made = /** @type {HTMLIFrameElement} */ (
      element('iframe', {
        name: 'intercom-messenger-frame',
        class: 'intercom-messenger-frame',
        'data-intercom-frame': 'true',
        title: 'Intercom live chat',
        allow: 'clipboard-write',
      })
    );
    iframe = made;
    wait(true);
    made.addEventListener('load', () => {
      clearTimeout(patience);
      if (!cover.hidden) patience = setTimeout(fail, PATIENCE_MS);
    });
    link = connect(made, on.origin, on);
    const go = () => {
      // Somebody else's turn by now: shut down or started again while waiting.
      if (iframe !== made) return;
      made.src = `${on.origin}/frame/${encodeURIComponent(on.appId)}`;
      box.append(made);
    };
    const before = on.before();
    if (before) before.then(go);
    else go();
  };

  const panel = {
    element: container,

    get mobile() {
      return phone.matches;
    },

    /** @returns {boolean} whether a frame has been made */
    get started() {
      return !!iframe;
    },

    /** Makes the frame if there is none, and puts everything where it belongs if a body swap has taken it away. */
    prepare() {
      if (!container.isConnected) document.body.append(container);
      if (!iframe) start();
    },

    /** After a body swap: back into the page, where the frame starts anew by itself. */
    attach() {
      if (iframe && !container.isConnected) {
        wait(true);
        document.body.append(container);
      }
    },

    /** Starts over with what is true now: after a failure, or when the identity changed behind this page's back. */
    restart() {
      drop();
      panel.prepare();
    },

    ready() {
      clearTimeout(patience);
      cover.hidden = true;
    },

    /** @param {boolean} open @param {boolean} [focus] whether the keyboard follows */
    toggle(open, focus) {
      box.toggleAttribute('data-open', open);
      if (open && focus && iframe) iframe.focus({ preventScroll: true });
    },

    /** @returns {boolean} whether the keyboard is in the panel */
    get focused() {
      return container.contains(document.activeElement);
    },

    /** @param {object} message @returns {boolean} whether the frame heard it */
    send: (message) => !!link && link.send(message),

    /** @param {import('./settings.js').Looks} looks */
    look(looks) {
      look.vary(
        `:host{--b:${looks.background};transform-origin:bottom ${looks.left ? 'left' : 'right'}}@media(min-width:450px){` +
          `:host{z-index:${looks.zIndex + 1};height:calc(100% - ${looks.vertical + 84}px);` +
          `${place(looks, looks.vertical + 64, looks.horizontal)}}}`,
      );
    },

    remove() {
      phone.removeEventListener('change', resized);
      drop();
      container.remove();
    },

    /**
     * Out of sight and out of Intercom's names at once, while the frame wipes its storage; `remove` follows.
     *
     * @returns {boolean} whether there is a frame that listens
     */
    retire() {
      container.hidden = true;
      panel.toggle(false);
      for (const node of [container, app, box, iframe]) {
        if (node) for (const name of ['id', 'class', 'name', 'data-intercom-frame']) node.removeAttribute(name);
      }
      return !!link && link.alive;
    },
  };
  again.addEventListener('click', panel.restart);
  close.addEventListener('click', on.close);
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') on.close();
  });
  return panel;
}
