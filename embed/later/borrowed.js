/**
 * What the second part uses of the first, as the very same functions: they are in the page already, and the storage's
 * memory is one. `main.js` borrows before anything else here runs.
 */

/** @typedef {typeof import('../life.js').LENT} Lent */

/** @type {Lent['element']} */
export let element;
/** @type {Lent['shadow']} */
export let shadow;
/** @type {Lent['icon']} */
export let icon;
/** @type {Lent['place']} */
export let place;
/** @type {Lent['namesPerson']} */
export let namesPerson;
/** @type {Lent['load']} */
export let load;
/** @type {Lent['save']} */
export let save;
/** @type {Lent['held']} */
export let held;
/** @type {Lent['hold']} */
export let hold;
/** @type {Lent['stateKey']} */
export let stateKey;

/** @param {Lent} lent */
export function borrow(lent) {
  ({ element, shadow, icon, place, namesPerson, load, save, held, hold, stateKey } = lent);
}
