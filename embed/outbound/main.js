/**
 * The part of the script that shows outbound messages (docs/OUTBOUND.md), fetched only on pages where a live message may
 * match. The server writes the browser's half of their rules in place of `__DOORSTEP_RULES__`
 * (crates/server/src/pages/outbound.rs). What is exported here is what an older first part, still in a browser's cache, may
 * call.
 */

import { borrow } from './borrowed.js';
import { createOutbound } from './outbound.js';

/* global __DOORSTEP_RULES__ */
const rules = __DOORSTEP_RULES__;

/** @type {WeakMap<object, ReturnType<typeof createOutbound>>} */
const all = new WeakMap();

/** The page or what is known of it changed. @param {import('../life.js').Life} life */
export function look(life) {
  borrow(life.lent);
  let outbound = all.get(life);
  if (!outbound) all.set(life, (outbound = createOutbound(life, rules)));
  outbound.look();
}
