/**
 * Decides when which message is asked for and shown: one at a time, by one tab, under the name of a showing that is made and
 * kept before the server is asked (crates/domain/src/outbound/delivery.rs). The server has the last word.
 */

import { createBanner } from './banner.js';
import { createCard } from './card.js';
import { createMemory } from './memory.js';
import { counts, due, has, met, wait } from './rules.js';

/** How long a tab without locks waits to see whether another one was faster. */
const RACE_MS = 100;

/** How long after the last key the person counts as typing into the page. */
const TYPING_MS = 2000;

/** Timers beyond this are cut off by browsers. */
const LONGEST_S = 86_400;

/** A random name for a showing of a message. @param {string} id */
const nameOf = (id) => {
  const random = '########-####-8###-8###-'.replace(/#/g, () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16));
  return random + Number(id).toString(16).padStart(12, '0');
};

/**
 * @param {import('../life.js').Life} life
 * @param {import('./rules.js').Rule[]} rules in the order in which they are tried
 */
export function createOutbound(life, rules) {
  const { appId, signal } = life;
  const memory = createMemory(appId);
  /** The page whose time is counted. */
  let address = '';
  /** Who is known. @type {unknown} */
  let who;
  let since = 0;
  let scrolled = 0;
  /** What the server refused on this page, by message and what was met. @type {Set<string>} */
  let refused = new Set();
  let asking = false;
  /** A message that came when it was quiet. @type {(() => void) | null} */
  let held = null;
  /** Whether a press has asked for the Messenger, which is on its way. */
  let opening = false;
  /** When a key was last pressed in the page. */
  let typed = 0;
  /** What is on screen. @type {{ remove: () => void, attach: () => void, chat: boolean } | null} */
  let shown = null;
  /** Says that it is no longer there. @type {(value?: unknown) => void} */
  let gone = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The address without a fragment that only points into the page. */
  const here = () => location.href.replace(/#(?!!?\/).*/, '');

  const language = () => String(life.settings.language_override || navigator.language);

  /** @returns {import('./rules.js').Facts} */
  const facts = () => ({
    page: location.href + ' ' + language(),
    seconds: (Date.now() - since) / 1000,
    scrolled,
    ...memory.read(),
  });

  /** Nothing new comes now: somebody reads or writes in the Messenger, looks elsewhere, or is not known yet. */
  const quiet = () =>
    shown ||
    opening ||
    document.hidden ||
    life.open ||
    life.waits ||
    // Previews of unread messages stand there (`../later/notices.js`).
    life.spot.box.hasAttribute('data-preview') ||
    /^true$/.test(String(life.settings.hide_notifications));

  const measure = () => {
    const { scrollHeight } = document.documentElement;
    const seen = scrollHeight > 0 ? ((scrollY + innerHeight) / scrollHeight) * 100 : 100;
    // The last pixel is often a fraction.
    scrolled = Math.max(scrolled, Math.min(100, Math.ceil(seen)));
  };

  /** @param {string} verb @param {object} body */
  const post = (verb, body) =>
    fetch(`${life.origin}/messenger/${encodeURIComponent(appId)}/${verb}`, {
      method: 'POST',
      // A simple request needs no preflight.
      headers: { 'Content-Type': 'text/plain' },
      // Nobody, for a visitor who has not acted: no id is made for this.
      body: JSON.stringify({ ...(life.jar.owner() || {}), ...body }),
      credentials: 'omit',
      keepalive: true,
    });

  /** Tells what became of it, once: of visitors the server keeps nothing to know a repetition by. */
  const teller = (/** @type {string} */ name) => {
    const told = new Set();
    return (/** @type {string} */ what) => {
      if (told.has(what) || signal.aborted) return;
      told.add(what);
      post('outbound/report', { delivery_id: name, what }).catch(() => {});
    };
  };

  /**
   * One tab at a time, and not while another one shows this message: what that one has kept may be seen here only later, its
   * lock is seen at once.
   * @param {string} id the message's @param {() => Promise<void>} work
   */
  const alone = async (id, work) => {
    const locks = navigator.locks;
    const all = 'doorstep.outbound.' + appId;
    if (locks) {
      const mine = (/** @type {(done: void) => void} */ done, /** @type {(why: unknown) => void} */ fail) =>
        locks.request(all + '.' + id, { ifAvailable: true }, async (lock) => {
          if (!lock) refused.add(id + 'true').add(id + 'false');
          else await work().then(done, fail);
          done();
          if (lock && shown) await new Promise((end) => (gone = end));
        }).catch(fail);
      return locks.request(all, { signal }, () => new Promise(mine));
    }
    // Without locks (pages without https) the name that was written last wins.
    const name = nameOf('0');
    memory.note('race', { at: Date.now(), visit: 0, name });
    await new Promise((resolve) => setTimeout(resolve, RACE_MS));
    const { race } = memory.read().m;
    if (race && race.name === name) return work();
  };

  /** Takes away what is on screen. */
  const clear = () => {
    if (shown) shown.remove();
    shown = null;
    gone();
  };

  /** @param {import('./rules.js').Rule} rule @param {boolean} isMet */
  const ask = async (rule, isMet) => {
    const before = memory.read();
    const old = before.m[rule.id];
    if (!due(rule, old, before.visits, Date.now() / 1000)) return;
    const name = old && !old.shown ? old.name : nameOf(rule.id);
    const note = { at: Date.now(), visit: before.visits, name };
    memory.note(rule.id, note);
    /** @type {any} */
    let reply;
    try {
      const answer = await post('outbound', { delivery_id: name, met: isMet, language: language() });
      reply = answer.ok && (await answer.json()).message;
    } catch {
      // Offline: another page will ask again.
    }
    // Whoever shut the Messenger down must find nothing of this.
    if (signal.aborted) return;
    if (!reply) {
      refused.add(rule.id + isMet);
      memory.note(rule.id, old);
      return;
    }
    const bring = () => {
      const now = memory.read().m[rule.id];
      // Another tab took it while this one was quiet.
      if (now && (now.shown || now.name !== name)) return;
      memory.note(rule.id, { ...note, shown: true });
      show(rule, name, note, reply);
    };
    // Before another tab may look, if it can be.
    if (quiet()) held = bring;
    else bring();
  };

  /**
   * @param {import('./rules.js').Rule} rule
   * @param {string} name
   * @param {import('./rules.js').Memory} note
   * @param {any} message protocol `OutboundShown`
   */
  const show = (rule, name, note, message) => {
    const tell = teller(name);
    /** @param {string} deed what the person did */
    const did = (deed) => {
      tell(deed);
      if (!signal.aborted) memory.note(rule.id, { ...note, shown: true, done: true });
    };
    const end = () => {
      clear();
      look();
    };
    const on = {
      seen: () => tell('seen'),
      dismiss() {
        did('dismissed');
        end();
      },
      /** @param {object} [screen] protocol `Open`; without, the browser follows a link, which must be there for it */
      click(screen) {
        did('clicked');
        if (screen) {
          opening = true;
          life.ask('show', screen, true);
          end();
        } else setTimeout(end);
      },
      intent: () => life.ask('prepare'),
    };
    shown = message.banner ? createBanner(life, message, on) : createCard(life, name, message, on);
    shown.attach();
  };

  const look = () => {
    if (signal.aborted) return;
    if (address !== here()) {
      address = here();
      since = Date.now();
      scrolled = 0;
      refused = new Set();
      if (rules.some(counts)) memory.page();
    }
    if (life.person && who !== life.person.id) {
      who = life.person.id;
      refused = new Set();
    }
    if (life.open) {
      opening = false;
      // The Messenger takes the card's place.
      if (shown && shown.chat) clear();
    }
    if (shown) shown.attach();
    clearTimeout(timer);
    if (asking || quiet()) return;
    const patience = typed + TYPING_MS - Date.now();
    if (patience > 0) {
      timer = setTimeout(look, patience);
      return;
    }
    if (held) {
      const next = held;
      held = null;
      next();
      return;
    }
    if (rules.some((rule) => has(rule, 's'))) measure();
    const known = facts();
    const { m, visits } = memory.read();
    const now = Date.now() / 1000;
    let next = Infinity;
    for (const rule of rules) {
      next = Math.min(next, wait(rule, known.seconds, now));
      const isMet = met(rule, known);
      // Of "any", the server's own conditions may be enough.
      if (!(isMet || (rule.any && rule.ask)) || refused.has(rule.id + isMet) || !due(rule, m[rule.id], visits, now)) continue;
      asking = true;
      alone(rule.id, () => ask(rule, isMet))
        .catch(() => {})
        .then(() => {
          asking = false;
          look();
        });
      return;
    }
    if (next < Infinity) timer = setTimeout(look, Math.min(next, LONGEST_S) * 1000 + 1);
  };

  // Scrolling is asked about often, and answered once a frame.
  let planned = false;
  const scroll = () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      const before = scrolled;
      measure();
      if (scrolled > before) look();
    });
  };
  const options = { passive: true, signal };
  if (rules.some((rule) => has(rule, 's'))) {
    addEventListener('scroll', scroll, options);
    addEventListener('resize', scroll, options);
  }
  document.addEventListener('input', () => (typed = Date.now()), { capture: true, ...options });
  document.addEventListener('visibilitychange', look, options);
  addEventListener('popstate', look, options);
  addEventListener('hashchange', look, options);
  // Browsers without the Navigation API say nothing of `history.pushState`; with it, the first part calls.
  const watch = 'navigation' in window ? 0 : setInterval(() => address !== here() && look(), 1000);
  // A body swapped by Turbo and its like takes our elements with it.
  const swaps = new MutationObserver(() => shown && document.body && shown.attach());
  swaps.observe(document.documentElement, { childList: true });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    clearInterval(watch);
    swaps.disconnect();
    clear();
  });

  /** What the second part calls when the panel opens or shuts, or the person is known. */
  life.outbound = look;
  return { look };
}
