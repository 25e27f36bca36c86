/**
 * What this browser keeps of outbound messages, in the page's own storage: no cookie, no id of a person. Removed by
 * `shutdown` (`../leave.js`). Several tabs share it: it is read anew whenever it counts.
 */

import { load, save } from './borrowed.js';

/** A visit ends after half an hour without a page (M§4.4). */
const VISIT_MS = 30 * 60 * 1000;

/** Most messages remembered; of more the oldest go. */
const MOST = 200;

/**
 * @typedef {{ m: Record<string, import('./rules.js').Memory>, visits: number, views: number, last: number }} Kept
 */

/** @param {string} appId */
export function createMemory(appId) {
  const key = 'intercom.doorstep-outbound-' + appId;

  /** @returns {Kept} */
  const read = () => {
    const kept = load('localStorage', key);
    const number = (/** @type {unknown} */ value) => (typeof value === 'number' ? value : 0);
    const { m, visits, views, last } = kept && typeof kept === 'object' ? kept : {};
    return { m: m && typeof m === 'object' ? m : {}, visits: number(visits), views: number(views), last: number(last) };
  };

  /** @param {Kept} kept */
  const write = (kept) => {
    const ids = Object.keys(kept.m).sort((a, b) => kept.m[b].at - kept.m[a].at);
    for (const id of ids.slice(MOST)) delete kept.m[id];
    save('localStorage', key, kept);
  };

  return {
    read,

    /** A page was opened. */
    page() {
      const kept = read();
      const now = Date.now();
      if (!(Math.abs(now - kept.last) < VISIT_MS)) kept.visits += 1;
      kept.views += 1;
      kept.last = now;
      write(kept);
    },

    /** @param {string} id @param {import('./rules.js').Memory | undefined} memory undefined forgets */
    note(id, memory) {
      const kept = read();
      if (memory) kept.m[id] = memory;
      else delete kept.m[id];
      write(kept);
    },
  };
}
