/**
 * The second part of the script, fetched on intent: the panel, and what the frame orders. What is exported here and the
 * methods of `Opened` are what an older first part, still in a browser's cache, may call: a change that it would not survive
 * needs the next number in the part's name (xtask/src/build.rs).
 */

import { borrow } from './borrowed.js';
import { createOpened } from './opened.js';

/**
 * @param {import('../life.js').Life} life
 * @returns {import('./opened.js').Opened} what the life can do from now on
 */
export function live(life) {
  borrow(life.lent);
  return createOpened(life);
}
