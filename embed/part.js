/**
 * Fetches the parts of the script that a page at rest does without (`later/`): what opens the panel, and what wipes the
 * frame's storage. By `import()`, which brings the first script's nonce along, makes no element in the page and asks for no
 * leave of `trusted-types`. Used by `life.js` and `debts.js`.
 */

import { home } from './origin.js';

/** @type {Record<string, Promise<any>>} */
const parts = {};
let attempts = 0;

/**
 * @param {string} origin the server's, for a script that does not know where it came from
 * @param {string} path the part's, which names its content
 * @returns {Promise<any>} its module, once; what failed is tried again at the next call
 */
export const fetchPart = (origin, path) =>
  (parts[path] ||= import(
    // Some browsers remember that an address failed: another attempt needs another.
    `${home || origin}/${path}${attempts ? '?' + attempts : ''}`
  ).catch((error) => {
    attempts += 1;
    delete parts[path];
    throw error;
  }));
