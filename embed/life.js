/**
 * One life of the Messenger in this page: from a boot to the shutdown that ends it. Owns the identity's cookies, the
 * launcher and the panel, and does what the frame orders (protocol `FrameToHost`). `messenger.js` begins and ends lives.
 */

import { watchActivators } from './activator.js';
import { happened, held, hold } from './events.js';
import { createLauncher } from './launcher.js';
import { createPanel } from './panel.js';
import { remember, restored } from './restore.js';
import { looks, namesPerson, page } from './settings.js';
import { watchTabs } from './tabs.js';

/** Updates closer together than this become one (M§2.1: better than Intercom's 20 in 30 minutes). */
const UPDATE_MS = 100;

/** @param {() => void} work for later, when the page has nothing better to do */
const whenIdle = (work) => {
  const idle = () => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
};

/**
 * @param {{ appId: string, origin: string, config: Record<string, any>, settings: import('./settings.js').Settings,
 *   jar: import('./cookies.js').Jar, debts: ReturnType<typeof import('./shutdown.js').createDebts>,
 *   fire: (name: string, ...args: unknown[]) => void, ready: () => void, ended: () => void }} with_ `ended` asks for
 *   the end of this life because the identity was ended elsewhere
 */
export function createLife(with_) {
  const { appId, origin, config, jar, debts, fire } = with_;
  const stop = new AbortController();
  const { signal } = stop;
  let settings = with_.settings;
  let face = looks(settings, config);
  let open = false;
  /** What to show, or what is shown (protocol `Open`). @type {object | null} */
  let screen = null;
  let unread = 0;
  /** @type {Record<string, unknown> | undefined} */
  let person;
  /** The visitor the frame knows. */
  let told = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pendingUpdate;
  /** Where the keyboard was before the panel opened. @type {Element | null} */
  let opener = null;
  /** @type {(() => void) | undefined} */
  let gone;

  /** The first act: the visitor may be known from now on. */
  const act = () => {
    jar.persist();
    debts.opened();
    // Another tab acted first, and its id holds.
    if (told && told !== jar.visitor()) panel.restart();
  };

  /** The settings, with what waits for the server (protocol `EVENTS`). */
  const given = () => ({ ...settings, doorstep_events: held(appId) });

  const intent = () => panel.prepare();
  const press = () => (open ? life.hide() : life.show({ at: 'default' }, true));

  const launcher = createLauncher({ press, intent, escape: () => life.hide() });

  const panel = createPanel({
    origin,
    appId,
    before: () => debts.pending,
    boot() {
      const session = jar.get('session');
      if (open || session || namesPerson(settings)) {
        jar.persist();
        debts.opened();
      }
      told = jar.visitor();
      return {
        type: 'boot',
        app_id: appId,
        settings: given(),
        visitor_id: told,
        device_id: jar.device(),
        session: session || null,
        page: page(settings),
        open: open ? screen : null,
        mobile: panel.mobile,
      };
    },
    receive(message) {
      const order = orders[message.type];
      // After the end only the answer to Shutdown counts: a late session must not come back as a cookie.
      if (order && (!signal.aborted || message.type === 'gone')) order(message);
    },
    close: () => life.hide(),
    mobile: (mobile) => panel.send({ type: 'mobile', mobile }),
  });

  /** What the frame orders. @type {Record<string, (message: any) => void>} */
  const orders = {
    ready: () => panel.ready(),
    session({ token, max_age }) {
      if (!token) return jar.expire('session');
      const wanted = Number(settings.session_duration) / 1000;
      jar.set('session', token, Math.floor(wanted > 0 ? Math.min(wanted, max_age) : max_age));
      jar.persist();
      debts.opened();
    },
    visitor({ id }) {
      told = id;
      jar.set('id', id);
    },
    panel: (message) => (message.open ? life.show(screen || { at: 'default' }, true, true) : life.hide(true)),
    screen(message) {
      if (!open) return;
      screen = message.open;
      remember(appId, screen);
    },
    unread({ count }) {
      if (count === unread) return;
      unread = count;
      launcher.unread(count);
      fire('unread', count);
    },
    email_supplied: () => fire('email'),
    /** The server has them. */
    tracked: ({ events }) => hold(appId, held(appId).filter((event) => !events.includes(event))),
    person(message) {
      person = message.person;
      with_.ready();
    },
    console({ level, message }) {
      const known = /** @type {'error' | 'warn' | 'debug'} */ (/^(error|warn|debug)$/.test(level) ? level : 'debug');
      console[known](`Doorstep: ${message}`);
      if (known === 'error') fire('error', message);
    },
    gone: () => gone && gone(),
  };

  const redraw = () => {
    face = looks(settings, config);
    launcher.look(face);
    panel.look(face);
    panel.attach();
  };

  /** Whether somebody is known, so that the frame should be there without being asked for. */
  const expected = () => !!jar.get('session') || namesPerson(settings) || !!config.eager;

  const prepareLater = () => {
    if (expected()) whenIdle(() => signal.aborted || panel.prepare());
  };

  const flush = () => {
    if (!pendingUpdate) return;
    clearTimeout(pendingUpdate);
    pendingUpdate = undefined;
    if (!panel.send({ type: 'update', settings: given(), page: page(settings) })) prepareLater();
  };

  const later = () => {
    clearTimeout(pendingUpdate);
    pendingUpdate = setTimeout(flush, UPDATE_MS);
  };

  /** Another tab, or the site's own log-out code, may have ended the identity meanwhile. */
  const reconcile = () => {
    if (jar.replaced()) with_.ended();
  };

  const life = {
    appId,
    get settings() {
      return settings;
    },
    get unread() {
      return unread;
    },
    get person() {
      return person;
    },

    /** @returns {boolean} whether the server has yet to say who this is */
    get waits() {
      return expected() && !person;
    },

    /** @returns {string} the visitor's id, which is kept from now on */
    visitor() {
      act();
      return jar.visitor();
    },

    /** @param {import('./settings.js').Settings} next all settings, merged */
    update(next) {
      settings = next;
      redraw();
      later();
    },

    /** @param {unknown} name @param {unknown} metadata */
    track(name, metadata) {
      if (happened(appId, name, metadata)) later();
    },

    /**
     * @param {object} what protocol `Open`
     * @param {boolean} [focus] whether the keyboard follows
     * @param {boolean} [byFrame] whether the frame asked, and so knows
     */
    show(what, focus, byFrame) {
      flush();
      const was = open;
      if (!was) opener = document.activeElement;
      open = true;
      screen = what;
      act();
      panel.prepare();
      // A frame that has not said hello yet learns it with its first message.
      if (!byFrame) panel.send({ type: 'open', open: what });
      panel.toggle(true, focus);
      launcher.toggle(true);
      remember(appId, what);
      if (!was) fire('show');
    },

    /** @param {boolean} [byFrame] whether the frame asked, and so knows */
    hide(byFrame) {
      if (!open) return;
      const focused = panel.focused;
      open = false;
      screen = null;
      remember(appId, null);
      panel.toggle(false);
      launcher.toggle(false);
      if (!byFrame) panel.send({ type: 'close' });
      if (focused) {
        launcher.focus();
        // The site's own launcher, if that is where the keyboard came from.
        if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) opener.focus({ preventScroll: true });
      }
      fire('hide');
    },

    /**
     * Out of the page at once; the frame, if one lives, stays unseen until it has wiped its storage.
     *
     * @param {boolean} here whether the session is ended here (and not in another tab, which then does the rest)
     */
    end(here) {
      clearTimeout(pendingUpdate);
      remember(appId, null);
      hold(appId, []);
      launcher.remove();
      if (here) tellTabs();
      stop.abort();
      const alive = panel.retire();
      const caller = here && jar.owner();
      if (here) {
        jar.expire('session');
        jar.expire('id');
      } else jar.forget();
      debts.incur(
        caller,
        alive &&
          ((done) => {
            gone = done;
            return panel.send({ type: 'shutdown' });
          }),
      );
      if (alive && debts.pending) debts.pending.then(panel.remove);
      else panel.remove();
    },
  };

  const tellTabs = watchTabs(appId, with_.ended, signal);
  watchActivators(() => face.selector, { press: () => life.show({ at: 'default' }, true), intent }, signal);
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
  // A body swapped by Turbo and its like takes our elements with it.
  const swaps = new MutationObserver(() => document.body && redraw());
  swaps.observe(document.documentElement, { childList: true });
  signal.addEventListener('abort', () => swaps.disconnect());

  launcher.toggle(false);
  redraw();
  const before = restored(appId);
  // The keyboard stays with the page: it was loaded to be read.
  // After the listeners that the page registers right after boot.
  if (before) queueMicrotask(() => signal.aborted || life.show(before));
  else {
    if (config.eager) act();
    prepareLater();
  }

  return life;
}

/** @typedef {ReturnType<typeof createLife>} Life */
