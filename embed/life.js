/**
 * One life of the Messenger in this page: from a boot to the shutdown that ends it. Here is what a page at rest needs:
 * the launcher, the settings, the identity's cookies. What opens the panel and talks to the frame comes on intent
 * (`later/opened.js`); what is asked of it meanwhile waits here, in order. `messenger.js` begins and ends lives.
 */

import { watchActivators } from './activator.js';
import { happened, held, hold } from './events.js';
import { createLauncher, icon } from './launcher.js';
import { leave, stateKey } from './leave.js';
import { fetchPart } from './part.js';
import { createPlace } from './place.js';
import { looks, namesPerson, place, styled } from './settings.js';
import { consent, load, moveStored, save } from './storage.js';
import { element, shadow } from './styles.js';
import { watchSwaps } from './swaps.js';
import { watchTabs } from './tabs.js';

/* global __DOORSTEP_LATER__ */

/** What the second part uses of this one (`later/borrowed.js`). */
export const LENT = { element, shadow, icon, place, namesPerson, load, save, held, hold, stateKey };

/**
 * @param {{ appId: string, origin: string, config: Record<string, any>,
 *   settings: import('./settings.js').Settings, jar: import('./cookies.js').Jar, debts: import('./debts.js').Debts,
 *   fire: (name: string, ...args: unknown[]) => void, ready: () => void, ended: () => void }} given `ended` asks for
 *   the end of this life because the identity was ended elsewhere
 */
export function createLife(given) {
  const { appId, jar, debts } = given;
  // Whoever asks not to be tracked is nobody before they act, whatever the workspace says.
  const eager = given.config.eager && navigator.doNotTrack !== '1' && !navigator.globalPrivacyControl;
  const config = { ...given.config, eager };
  const stop = new AbortController();
  const { signal } = stop;
  /** The panel's place, once it is needed. @type {ReturnType<typeof createPlace> | undefined} */
  let made;
  /** The second part at work. @type {import('./later/opened.js').Opened | null} */
  let later = null;
  /** Whether it is on its way. */
  let coming = false;
  /** Whether it will be fetched as soon as the page is idle. */
  let planned = false;
  /** What it shall do when it is there. @type {[string, any[]][]} */
  let asked = [];

  /**
   * Looks whether an earlier page of this tab left the panel open or owes something, whether somebody is known, and listens to
   * the other tabs. All that takes its time: once the launcher is on screen, but before anything else is asked of the panel.
   */
  let resume = () => {
    resume = () => {};
    if (signal.aborted) return;
    // What an earlier page owes, before any frame of this one.
    debts.settle();
    tabs.listen();
    if (load('sessionStorage', stateKey(appId))) life.ask('restore');
    else report();
  };

  /** The frame is needed, or will be. */
  const prepare = () => {
    resume();
    if (later) return later.prepare();
    // What the person before left there is wiped first.
    const { spot } = life;
    if (!debts.wipe && !spot.iframe) {
      // The part is told what the frame says before it is there to hear it.
      addEventListener('message', (event) => event.data === 'doorstep:hello' && (spot.hello = event), { signal });
      // `showNewMessage`, `startConversation`.
      spot.load(/New|tC/.test(asked[0]?.[1][0]));
    }
    if (coming) return;
    coming = true;
    fetchPart(given.origin, __DOORSTEP_LATER__).then(
      (part) => {
        if (signal.aborted) return;
        later = part.live(life);
        for (const [name, args] of asked.splice(0)) /** @type {any} */ (later)[name](...args);
        later.prepare();
      },
      (error) => {
        coming = false;
        asked = [];
        console.error('Doorstep: the Messenger could not be loaded', error);
        given.fire('onError', String(error));
      },
    );
  };

  /** Somebody is about to look at the panel. */
  const intent = () => {
    life.near = true;
    prepare();
  };

  /** Whether somebody is known, so that the frame should be there without being asked for. */
  const expected = () => !!(config.eager || namesPerson(life.settings) || jar.get('session'));

  /** @param {() => void} todo when the page has nothing better to do */
  const whenIdle = (todo) => {
    const work = () => signal.aborted || todo();
    const idle = () => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
    if (document.readyState === 'complete') idle();
    else addEventListener('load', idle, { once: true });
  };

  /** The team may have something to say on this page: the part that knows the rules decides (`outbound/`). */
  const look = () => {
    const [when, part] = config.outbound || [];
    if (part && RegExp(when, 'i').test(location.href + ' ' + (life.settings.language_override || navigator.language)))
      whenIdle(() => fetchPart(given.origin, part).then((outbound) => outbound.look(life), () => {}));
  };

  /** There is news for the frame. @param {boolean} [urgent] */
  const report = (urgent) => {
    if (later) return later.report(urgent);
    if (planned || !expected()) return;
    planned = true;
    whenIdle(prepare);
  };

  /** Whether anything may be kept in this browser is the page's to say: it asks its visitors. */
  const heed = () => {
    const allowed = String(life.settings.cookie_consent) !== 'false';
    if (allowed === consent.given) return false;
    consent.given = allowed;
    jar.move();
    moveStored(appId);
    return true;
  };

  const redraw = () => {
    life.face = looks(life.styled, config);
    launcher.look(life.face);
    later?.redraw();
  };

  /**
   * Somebody clicked. A second click before the panel is there shuts nothing: it is of somebody impatient.
   *
   * @param {boolean} toggles whether a click shuts what is open; of the site's own launchers it does not
   */
  const press = (toggles) => {
    given.fire('onActivatorClick');
    if (later && toggles) later.press();
    else life.ask('show', { at: 'default' }, true);
  };
  const launcher = createLauncher({ press: () => press(true), intent });

  const life = {
    ...given,
    config,
    signal,
    get spot() {
      return (made ||= createPlace(given.origin, appId));
    },
    button: launcher.button,
    lent: LENT,
    face: /** @type {import('./settings.js').Looks} */ ({}),
    unread: 0,
    /** Whether somebody is about to look at the panel, or has. */
    near: false,
    /** Who the server says this is. @type {Record<string, unknown> | undefined} */
    person: undefined,

    /** The settings, with what the workspace's style adds to them. */
    get styled() {
      return styled(life.settings, config);
    },

    /** @returns {boolean} whether the server has yet to say who this is */
    get waits() {
      return expected() && !life.person;
    },

    /** @returns {string} the visitor's id, which is kept from now on */
    visitor() {
      jar.persist();
      later?.acted();
      return jar.visitor();
    },

    /** @param {import('./settings.js').Settings} next all settings, merged */
    update(next) {
      life.settings = next;
      const urgent = heed();
      redraw();
      report(urgent);
      look();
    },

    /** @param {unknown} name @param {unknown} metadata */
    track(name, metadata) {
      if (happened(appId, name, metadata)) report();
    },

    /** Nothing to hide if nothing was ever asked for. */
    hide() {
      resume();
      if (later || asked[0]) life.ask('hide');
    },

    /**
     * Asks the second part, now or when it is there.
     *
     * @param {string} name one of its methods
     * @param {...any} args
     */
    ask(name, ...args) {
      resume();
      if (later) return void (/** @type {any} */ (later)[name](...args));
      asked.push([name, args]);
      prepare();
    },

    /**
     * Out of the page at once; the frame, if one lives, stays unseen until it has wiped its storage.
     *
     * @param {boolean} here whether the session is ended here (and not in another tab, which then does the rest)
     */
    end(here) {
      launcher.remove();
      if (here) tabs.tell();
      stop.abort();
      leave(appId, jar, debts, here, later ? later.end() : made?.container.remove());
    },
  };

  const tabs = watchTabs(appId, given.ended, signal);
  watchActivators(() => life.face.selector, { press: () => press(false), intent }, signal);
  watchSwaps(() => [launcher.element, made?.container], redraw, signal);

  heed();
  redraw();
  window.navigation?.addEventListener('currententrychange', look, { signal });
  look();
  if (config.eager) jar.persist();
  requestAnimationFrame(() => setTimeout(() => resume()));
  // Nothing is drawn in a tab or a frame that nobody sees.
  setTimeout(() => resume(), 200);

  return life;
}

/**
 * The parts add what the others may look at: whether the panel is shown (`later/`), and whom to tell that it is or that the
 * person is known (`outbound/`).
 *
 * @typedef {ReturnType<typeof createLife> & { open?: boolean, outbound?: () => void }} Life
 */
