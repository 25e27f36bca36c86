/**
 * What this part uses of the first one, as the very same functions (`../life.js`, `LENT`). `main.js` borrows before
 * anything else here runs.
 */

/** @typedef {typeof import('../life.js').LENT} Lent */

/** @type {Lent['element']} */
export let element;
/** @type {Lent['shadow']} */
export let shadow;
/** @type {Lent['load']} */
export let load;
/** @type {Lent['save']} */
export let save;

/** @param {Lent} lent */
export function borrow(lent) {
  ({ element, shadow, load, save } = lent);
}
