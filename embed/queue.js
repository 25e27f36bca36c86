/**
 * What the page said before the script was there: the stub's queue, replayed strictly in order (M§11.3, M§11.4).
 */

import { call } from './listeners.js';
import { pageSettings } from './settings.js';

/**
 * @param {any} stub what stood at `window.Intercom`
 * @returns {ArrayLike<any>[]} its entries: `.q` of the snippets, then `.queue` of some wrappers
 */
export function entries(stub) {
  const lists = stub ? [stub.q, stub.queue] : [];
  return lists.flatMap((list) => (Array.isArray(list) ? list.splice(0) : []));
}

/**
 * Boots from `intercomSettings` unless the queue brings its own boot, then replays.
 *
 * @param {(...args: any[]) => unknown} run
 * @param {ArrayLike<any>[]} queue arrays or `arguments`
 * @param {boolean} booted
 */
export function replay(run, queue, booted) {
  const list = queue.map((entry) => (entry && typeof entry === 'object' ? Array.from(entry) : []));
  const { app_id, APP_ID } = pageSettings();
  if ((app_id || APP_ID) && !list.some(([name]) => name === 'boot')) {
    // The second run of a script is an update (M§11.1). Without an argument, both take the page's settings.
    call(run, [booted ? 'update' : 'boot']);
  }
  for (const args of list) if (args.length) call(run, args);
}
