/**
 * Outbound messages where the Messenger runs in the page itself (ES module): gives `embed/outbound/`, which shows them, what
 * by script tag a life of the Messenger (`embed/life.js`) is to it. Fetched only while the workspace has live messages;
 * what shows them comes, as there, where a rule can match the page.
 */

import { looks, otherPerson } from '../embed/settings.js';
import { consent, load, save } from '../embed/storage.js';
import { element, shadow } from '../embed/styles.js';

/** The first life's functions (`embed/life.js`, `LENT`), as far as they are borrowed (`embed/outbound/borrowed.js`). */
const LENT = { element, shadow, load, save };

/**
 * What the Messenger tells (src/outbound.rs): all of it at first, then what changed. `keeps`: whether this browser may keep
 * anything; `person`: who the server says this is; `previews`: whether previews of unread messages stand there.
 *
 * @typedef {{ settings?: import('../embed/settings.js').Settings, person?: Record<string, unknown>, open?: boolean,
 *   previews?: boolean, keeps?: boolean }} News
 */

/**
 * @param {{ appId: string, origin: string, config: Record<string, any>, signal: AbortSignal, owner: () => string,
 *   show: (message: string) => void }} given `config` is what the embed script has from the server; `owner` says as JSON whom
 *   requests name; `show` opens the panel (protocol `HostToFrame`); `signal` ends it, and what was remembered
 * @returns {(news: string) => void} hears {@link News} as JSON
 */
export function run(given) {
  const { appId, origin, config, signal } = given;
  const [when, part] = config.outbound;
  /** As `embed/outbound/memory.js` has it. */
  const key = 'intercom.doorstep-outbound-' + appId;
  let attempts = 0;

  /** @param {import('../embed/settings.js').Settings} settings */
  const begin = (settings) => {
    const stop = new AbortController();
    const box = element('div');
    return {
      appId,
      origin,
      config,
      settings,
      stop,
      signal: stop.signal,
      face: looks(settings, config),
      lent: LENT,
      spot: { box },
      jar: { owner: () => (stop.signal.aborted ? null : JSON.parse(given.owner())) },
      open: false,
      /** @type {Record<string, unknown> | undefined} */
      person: undefined,
      /** @type {(() => void) | undefined} */
      outbound: undefined,

      /** The Messenger asks who this is at once, whoever it is. */
      get waits() {
        return !this.person;
      },

      /** Of what the second part of the embed script does, this is asked for. @param {string} name @param {object} [screen] */
      ask(name, screen) {
        // The WebAssembly is there: nothing is to be prepared.
        if (name === 'show' && !stop.signal.aborted) given.show(JSON.stringify({ type: 'open', open: screen }));
      },
    };
  };
  let life = begin({});
  // As long as it is not told otherwise; the page's Messenger before this one may have been.
  consent.given = true;

  /** Takes what is shown away, and forgets what was. */
  const end = () => {
    life.stop.abort();
    save('localStorage', key, null);
  };

  /** As a life looks: the rules may match this page. */
  const look = () => {
    if (signal.aborted || !life.person) return;
    if (RegExp(when, 'i').test(location.href + ' ' + (life.settings.language_override || navigator.language))) whenIdle(show);
  };

  const show = () => {
    const now = life;
    // Some browsers remember that an address failed: another attempt needs another.
    import(`${origin}/${part}${attempts ? '?' + attempts : ''}`).then(
      (outbound) => now.signal.aborted || outbound.look(now),
      () => (attempts += 1),
    );
  };

  /** @param {() => void} todo when the page has nothing better to do */
  const whenIdle = (todo) => {
    const work = () => signal.aborted || todo();
    const idle = () => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
    if (document.readyState === 'complete') idle();
    else addEventListener('load', idle, { once: true });
  };

  signal.addEventListener('abort', end);
  window.navigation?.addEventListener('currententrychange', look, { signal });

  return (text) => {
    if (signal.aborted) return;
    /** @type {News} */
    const { settings, person, open, previews, keeps } = JSON.parse(text);
    if (keeps !== undefined && keeps !== consent.given) {
      consent.given = keeps;
      // Into the page's memory, or back from there.
      save('localStorage', key, load('localStorage', key));
    }
    if (settings) {
      // What the former person has seen is nobody else's business.
      if (otherPerson(life.settings, settings)) {
        const before = life;
        end();
        life = begin(settings);
        life.open = before.open;
      }
      life.settings = settings;
      life.face = looks(settings, config);
    }
    if (person) life.person = person;
    if (open !== undefined) life.open = open;
    if (previews !== undefined) life.spot.box.toggleAttribute('data-preview', previews);
    life.outbound?.();
    if (settings || person) look();
  };
}
