/**
 * The three first-party cookies of M§4, with Intercom's names, lifetimes and scope. Where cookies are refused the ids
 * live in memory as long as the page does, and so they do where the visitor does not want them (`cookie_consent`). Nothing
 * is written before the first act (P1): see `Jar.persist`.
 */

import { consent } from './storage.js';

const NINE_MONTHS = 270 * 24 * 60 * 60;

/**
 * @returns {string} a random UUID v4 (of variant 8; `crypto.randomUUID` would need a secure context)
 */
export const uuid = () => {
  // All at once: each call takes as long.
  const random = crypto.getRandomValues(new Uint8Array(36));
  return '########-####-4###-8###-############'.replace(/#/g, (_, at) => (random[at] & 15).toString(16));
};

/**
 * @param {string} name
 * @returns {string} its value, empty if there is none, or where even looking is forbidden
 */
function read(name) {
  try {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(name + '='));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  } catch {
    return '';
  }
}

/**
 * @param {string} name
 * @param {string} value
 * @param {number} maxAge seconds
 * @param {string} domain empty for a cookie of this host alone
 */
function write(name, value, maxAge, domain) {
  try {
    document.cookie =
      `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAge}; SameSite=Lax` +
      (domain && `; Domain=${domain}`) +
      (location.protocol === 'https:' ? '; Secure' : '');
  } catch {
    // A sandboxed page: `Jar` keeps the value in memory.
  }
}

/** @returns {string[]} this host and its parents, the shortest first; only the host itself if it has no parents */
function domains() {
  const labels = location.hostname.split('.');
  // An address is no domain: its "parents" mean nothing.
  if (/^[\d.]+$|:/.test(location.hostname)) return [];
  return labels.map((_, i) => labels.slice(-i - 1).join('.')).slice(labels.length > 1 ? 1 : 0);
}

/** @type {string | undefined} */
let widest;

/** @returns {string} the registrable domain: the shortest on which a cookie sticks; empty to name no domain */
function registrable() {
  if (widest === undefined) {
    const probe = 'intercom-probe-' + uuid().slice(0, 8);
    widest =
      domains().find((domain) => {
        write(probe, '1', 60, domain);
        const sticks = read(probe) === '1';
        write(probe, '', 0, domain);
        return sticks;
      }) || '';
  }
  return widest;
}

/**
 * The cookies of one workspace.
 */
export class Jar {
  /** @param {string} appId */
  constructor(appId) {
    this.appId = appId;
    /** What was made or given in this page; the truth where cookies are refused. @type {Record<string, string>} */
    this.memory = {};
    /** What is known to have stuck as a cookie. @type {Record<string, string>} */
    this.stuck = {};
    /** Until when each is good. @type {Record<string, number>} */
    this.ages = {};
    /** Whether the visitor's id has been used. */
    this.acted = false;
  }

  /** @param {string} kind `id`, `session` or `device-id` */
  name(kind) {
    return `intercom-${kind}-${this.appId}`;
  }

  /** @param {string} kind */
  get(kind) {
    return read(this.name(kind)) || this.memory[kind] || '';
  }

  /**
   * @param {string} kind
   * @param {string} value
   * @param {number} [maxAge] seconds
   */
  set(kind, value, maxAge = NINE_MONTHS) {
    this.memory[kind] = value;
    this.ages[kind] = maxAge;
    if (!consent.given) return;
    write(this.name(kind), value, maxAge, registrable());
    // Kept in memory only if it did not stick: a cookie the site deletes must not come back from here.
    if (read(this.name(kind)) === value) {
      delete this.memory[kind];
      this.stuck[kind] = value;
    }
  }

  /** @param {string} kind removed on this host and on every parent domain, wherever it was set (P10) */
  expire(kind) {
    delete this.memory[kind];
    delete this.stuck[kind];
    for (const domain of ['', ...domains()]) write(this.name(kind), '', 0, domain);
  }

  /** Consent was given or taken back: the cookies follow, and who this is stays for the life of the page. */
  move() {
    if (read(this.name('id'))) this.acted = true;
    for (const kind of ['id', 'device-id', 'session']) {
      const value = this.get(kind);
      if (!value) continue;
      if (!consent.given) {
        this.expire(kind);
        this.memory[kind] = value;
      } else if (this.acted) this.set(kind, value, this.ages[kind]);
    }
  }

  /** @returns {string} the visitor's id, which is only in memory until `persist` */
  visitor() {
    return this.get('id') || (this.memory.id = uuid());
  }

  /** @returns {string} the device's id, likewise */
  device() {
    return this.get('device-id') || (this.memory['device-id'] = uuid());
  }

  /** The first act: from now on the visitor is known again. Also renews both cookies' nine months. */
  persist() {
    this.acted = true;
    this.set('id', this.visitor());
    this.set('device-id', this.device());
  }

  /** @returns {{ session?: string, visitor_id?: string } | null} whom a shutdown ends; null if nobody ever acted here */
  owner() {
    const session = this.get('session') || undefined;
    const visitor_id = read(this.name('id')) || (this.acted && this.memory.id) || undefined;
    return session || visitor_id ? { session, visitor_id } : null;
  }

  /** What this page held, because another tab ended it: the cookies may already be the next person's. */
  forget() {
    this.memory = {};
    this.stuck = {};
  }

  /** @returns {boolean} whether another tab or the site ended or replaced the identity this page had */
  replaced() {
    return !!this.stuck.id && read(this.name('id')) !== this.stuck.id;
  }
}
