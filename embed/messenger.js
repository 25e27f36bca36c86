/**
 * The live instance: whether the Messenger is booted, with which settings, and the rules that lead from one person to
 * the next. There is one in a page, however often the script runs. Called by `api.js` only.
 */

import { Jar } from './cookies.js';
import { createDebts } from './debts.js';
import { leave } from './leave.js';
import { createLife } from './life.js';
import { call, createListeners } from './listeners.js';
import { baseOrigin } from './origin.js';
import { appIdOf, bootSettings, copy, otherPerson, pageSettings } from './settings.js';
import { watchTabs } from './tabs.js';

export function createMessenger() {
  /** What each run of the script brought: settings of its workspace, and the server. */
  const scripts = /** @type {Record<string, { config: Record<string, any>, origin: string | null }>} */ ({});
  /** The workspace of the last run of the script. */
  let scriptApp = '';
  /** @type {import('./life.js').Life | null} */
  let life = null;
  /** Given by `update` before any boot. */
  let pending = {};
  const listeners = createListeners();
  /** @type {Function[]} */
  let waiting = [];
  /** Called when it changes: wrappers look at `Intercom.booted`. */
  let onBooted = (/** @type {boolean} */ _) => {};

  const debtsOf = /** @type {Record<string, ReturnType<typeof createDebts>>} */ ({});
  const debts = (/** @type {string} */ appId, /** @type {string} */ origin) =>
    (debtsOf[origin + appId] ||= createDebts(origin, appId));

  /** @param {string} appId @param {Record<string, unknown>} settings */
  const originOf = (appId, settings) =>
    baseOrigin(settings.api_base) || (scripts[appId] || scripts[scriptApp])?.origin;

  const runReady = () => {
    if (!waiting[0] || !life || life.waits) return;
    const due = waiting;
    waiting = [];
    due.forEach((fn) => call(fn, []));
  };

  /** @param {string} appId @param {Record<string, unknown>} settings */
  const begin = (appId, settings) => {
    const origin = originOf(appId, settings);
    if (!origin) return console.error('Doorstep: no server; set api_base');
    life = createLife({
      appId,
      origin,
      config: scripts[appId]?.config || {},
      settings,
      jar: new Jar(appId),
      debts: debts(appId, origin),
      fire: listeners.fire,
      ready: runReady,
      ended: () => finish(false),
    });
    pending = {};
    onBooted(true);
    queueMicrotask(runReady);
  };

  /**
   * @param {boolean} here whether the session is ended by this page
   * @param {boolean} [keep] whether the page's callbacks stay, because somebody else takes over at once
   */
  const finish = (here, keep) => {
    const ending = life;
    life = null;
    pending = {};
    ending?.end(here);
    if (!keep) {
      listeners.clear();
      waiting = [];
      onBooted(false);
    }
  };

  const commands = {
    /** @param {unknown} argument */
    boot(argument) {
      const settings = { ...pending, ...bootSettings(argument) };
      const appId = appIdOf(settings) || appIdOf(pageSettings()) || scriptApp;
      if (!appId) return;
      if (life && (life.appId !== appId || otherPerson(life.settings, settings))) finish(true, true);
      if (life) life.update(settings);
      else begin(appId, settings);
    },

    /** @param {unknown} argument */
    update(argument) {
      const given = argument && typeof argument === 'object' ? copy(argument) : pageSettings();
      if (!life) {
        // The wrapper that writes `appId` sends its boot later (M§1.5), so only these two names boot here.
        const known = { ...pageSettings(), ...given };
        if (known.app_id || known.APP_ID) commands.boot(known);
        else Object.assign(pending, given);
        return;
      }
      const settings = { ...life.settings, ...given };
      if (otherPerson(life.settings, settings)) commands.boot(settings);
      else life.update(settings);
    },

    shutdown() {
      if (life) return finish(true);
      finish(true);
      // Not booted: what an earlier page left behind goes all the same.
      const settings = pageSettings();
      const appId = appIdOf(settings) || scriptApp;
      const origin = originOf(appId, settings);
      if (!appId || !origin) return;
      const stop = new AbortController();
      watchTabs(appId, () => {}, stop.signal).tell();
      stop.abort();
      leave(appId, new Jar(appId), debts(appId, origin), true);
    },

    /** @param {unknown} fn */
    ready(fn) {
      if (typeof fn !== 'function') return;
      waiting.push(fn);
      queueMicrotask(runReady);
    },

    hide: () => life?.hide(),
    getVisitorId: () => life?.visitor(),
    whoami: () => life?.person && { ...life.person },
    trackEvent: (/** @type {unknown} */ name, /** @type {unknown} */ metadata) => life?.track(name, metadata),
    hideNotifications: (/** @type {unknown} */ hidden) => life?.update({ ...life.settings, hide_notifications: !!hidden }),
    // Clicks are found wherever the element is (`activator.js`): there is nothing to bind again.
    reattach_activator() {},
  };

  return {
    commands,

    get booted() {
      return !!life;
    },

    /**
     * @param {Record<string, any>} config
     * @param {string | null} origin
     * @param {(booted: boolean) => void} booted
     */
    adopt(config, origin, booted) {
      scriptApp = config.app_id;
      scripts[scriptApp] = { config, origin };
      onBooted = booted;
      booted(!!life);
    },

    /** @param {string} name @param {unknown} fn */
    listen(name, fn) {
      if (listeners.add(name, fn) && name === 'onUnreadCountChange') call(fn, [life?.unread || 0]);
    },

    /** What opens the panel. @param {string} name @param {any[]} args */
    ask(name, args) {
      life?.ask('command', name, args);
    },
  };
}
