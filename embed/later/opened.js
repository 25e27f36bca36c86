/**
 * A life of the Messenger (`../life.js`) from the first intent on: opens and shuts the panel and does what the frame orders
 * (protocol `FrameToHost`).
 */

import { held, hold, load, namesPerson, save, stateKey } from './borrowed.js';
import { createButton } from './button.js';
import { command } from './commands.js';
import { createNotices } from './notices.js';
import { page } from './page.js';
import { createPanel } from './panel.js';

/** Updates closer together than this become one (M§2.1: better than Intercom's 20 in 30 minutes). */
const UPDATE_MS = 100;

/** How long a frame may take to wipe its storage before the wipe page is used instead. */
const PATIENCE_MS = 3000;

/** @param {import('../life.js').Life} life */
export function createOpened(life) {
  const { appId, jar, debts, fire, signal } = life;
  let open = false;
  /** What to show, or what is shown (protocol `Open`). @type {Record<string, any> | null} */
  let screen = null;
  /** The visitor the frame knows. */
  let told = '';
  /** Whether the frame knows that somebody is about to look. */
  let drawn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pending;
  /** Where the keyboard was before the panel opened. @type {Element | null} */
  let opener = null;
  /** Whether the frame has heard its first message: one that said hello may still fail to load the rest. */
  let alive = false;
  /** What no living frame has heard yet, beside its first message. @type {object[]} */
  let unsaid = [];
  /** What the frame's `gone` ends. @type {(done: boolean) => void} */
  let gone = () => {};

  /** `openOnBoot`: the open panel survives a page change, in this tab only. */
  const remember = () => save('sessionStorage', stateKey(appId), screen && { openOnBoot: screen });

  /** The settings, with what waits for the server (protocol `EVENTS`). An older first part knows no styles. */
  const given = () => ({ ...(life.styled || life.settings), doorstep_events: held(appId) });

  /** @returns {boolean} whether somebody is about to look at the panel; an older first part does not say */
  const near = () => open || life.near !== false;

  const button = createButton(life.button, () => opened.hide());

  const panel = createPanel(life.spot, {
    origin: life.origin,
    before: () => debts.wiping,
    boot() {
      const session = jar.get('session');
      if (open || session || life.config.eager || namesPerson(life.settings)) {
        jar.persist();
        debts.opened();
      }
      told = jar.visitor();
      drawn = near();
      alive = false;
      const first = {
        type: 'boot',
        app_id: appId,
        settings: given(),
        visitor_id: told,
        device_id: jar.device(),
        session: session || null,
        page: page(life.settings),
        open: open ? screen : null,
        mobile: panel.mobile,
        near: drawn,
      };
      // At once: what is said from now on goes to this frame by itself.
      return [first, ...unsaid];
    },
    receive(message) {
      const order = orders[message.type];
      // After the end only the answer to Shutdown counts: a late session must not come back as a cookie.
      if (!signal.aborted || message.type === 'gone') order?.(message);
    },
    close: () => opened.hide(),
    mobile: (mobile) => panel.send({ type: 'mobile', mobile }),
  });

  const notices = createNotices(life, { focused: () => panel.focused, focus: () => button.focus() });

  /** What the frame orders. @type {Record<string, (message: any) => void>} */
  const orders = {
    ready() {
      alive = true;
      unsaid = [];
      panel.ready();
    },
    early: ({ shown }) => alive || panel.early(shown),
    session({ token, max_age }) {
      if (!token) return jar.expire('session');
      // As long as the frame reckons, which knows `session_duration`.
      jar.set('session', token, max_age);
      jar.persist();
      debts.opened();
    },
    visitor({ id }) {
      told = id;
      jar.set('id', id);
    },
    panel: (message) => (message.open ? opened.show(screen || { at: 'default' }, true, true) : opened.hide(true)),
    screen(message) {
      if (!open) return;
      // What the page gave with a screen stays with it (`part` of an outbound message).
      screen = { ...(screen && screen.id === message.open.id && screen), ...message.open };
      remember();
    },
    unread({ count }) {
      if (count === life.unread) return;
      life.unread = count;
      button.unread(count);
      if (!count) notices.quiet();
      fire('onUnreadCountChange', count);
    },
    preview: (message) => notices.preview(message.height),
    alert: () => notices.alert(),
    email_supplied: () => fire('onUserEmailSupplied'),
    /** The server has them. */
    tracked: ({ events }) => hold(appId, held(appId).filter((event) => !events.includes(event))),
    person(message) {
      life.person = message.person;
      life.ready();
      life.outbound?.();
    },
    console({ level, message }) {
      console[/** @type {'error'} */ (level)](`Doorstep: ${message}`);
      if (level === 'error') fire('onError', message);
    },
    gone: () => gone(true),
  };

  const say = (/** @type {object} */ message) => (panel.send(message) && alive) || unsaid.push(message);

  const flush = () => {
    if (!pending) return;
    clearTimeout(pending);
    pending = undefined;
    if (!panel.send({ type: 'update', settings: given(), page: page(life.settings) }) && namesPerson(life.settings)) panel.prepare();
  };

  /** Another tab, or the site's own log-out code, may have ended the identity meanwhile. */
  const reconcile = () => {
    if (jar.replaced()) life.ended();
  };

  const opened = {
    prepare() {
      panel.prepare();
      if (!drawn && near()) drawn = panel.send({ type: 'near' });
    },

    redraw() {
      panel.look(life.face);
      panel.attach();
      notices.draw();
    },

    /** There is news for the frame; soon, and several at once. @param {boolean} [urgent] at once: the page may be left now */
    report(urgent) {
      clearTimeout(pending);
      pending = setTimeout(flush, UPDATE_MS);
      if (urgent) flush();
    },

    /** The visitor may be known from now on. */
    acted() {
      debts.opened();
      // Another tab acted first, and its id holds.
      if (told && told !== jar.visitor()) panel.restart();
    },

    press: () => (open ? opened.hide() : opened.show({ at: 'default' }, true)),

    /** @param {string} name @param {any[]} args */
    command: (name, args) => command((what) => opened.show(what, true), say, name, args),

    /** What the panel showed when the page before this one was left. The keyboard stays with the page. */
    restore() {
      const state = load('sessionStorage', stateKey(appId));
      if (state?.openOnBoot?.at) opened.show(state.openOnBoot);
    },

    /**
     * @param {Record<string, any>} what protocol `Open`
     * @param {boolean} [focus] whether the keyboard follows
     * @param {boolean} [byFrame] whether the frame asked, and so knows
     */
    show(what, focus, byFrame) {
      flush();
      const was = open;
      if (!was) opener = document.activeElement;
      open = true;
      screen = what;
      jar.persist();
      opened.acted();
      // A frame that has not said hello yet learns it with its first message.
      if (!byFrame) panel.send({ type: 'open', open: what });
      panel.prepare();
      panel.toggle(true, focus);
      notices.opened(true);
      button.toggle(true);
      remember();
      life.open = true;
      life.outbound?.();
      if (!was) fire('onShow');
    },

    /** @param {boolean} [byFrame] whether the frame asked, and so knows */
    hide(byFrame) {
      if (!open) return;
      const focused = panel.focused;
      open = false;
      screen = null;
      remember();
      panel.toggle(false);
      notices.opened(false);
      button.toggle(false);
      if (!byFrame) panel.send({ type: 'close' });
      if (focused) {
        button.focus();
        // The site's own launcher, if that is where the keyboard came from.
        if (opener !== document.body) /** @type {HTMLElement | null} */ (opener)?.focus({ preventScroll: true });
      }
      life.open = false;
      life.outbound?.();
      fire('onHide');
    },

    /**
     * Out of sight at once, and out of the page when the frame has wiped its storage.
     *
     * @returns {Promise<boolean> | void} settled when it has, or had time enough; nothing if no frame lives that could
     */
    end() {
      clearTimeout(pending);
      panel.retire();
      // One that is still loading would begin with who is gone.
      if (!alive || !panel.send({ type: 'shutdown' })) return panel.remove();
      const end = new Promise((resolve) => {
        gone = resolve;
        setTimeout(resolve, PATIENCE_MS);
      });
      end.then(panel.remove);
      return end;
    },
  };

  document.addEventListener(
    'visibilitychange',
    () => {
      const visible = !document.hidden;
      if (visible) reconcile();
      if (!signal.aborted) panel.send({ type: 'visible', visible });
    },
    { signal },
  );
  addEventListener('pageshow', (event) => event.persisted && reconcile(), { signal });

  opened.redraw();
  return opened;
}

/** @typedef {ReturnType<typeof createOpened>} Opened */
