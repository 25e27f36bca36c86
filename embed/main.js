/**
 * The script that customers include. Puts `window.Intercom` (and `window.Doorstep`) into the page, or, if it runs
 * again, finds the instance that lives there and attaches it anew. The server writes the workspace's public settings
 * in place of `__DOORSTEP_CONFIG__`.
 */

import { createCommands } from './api.js';
import { createMessenger } from './messenger.js';
import { home } from './origin.js';
import { entries, replay } from './queue.js';

/* global __DOORSTEP_CONFIG__ */
const config = __DOORSTEP_CONFIG__;
const LIVE = Symbol.for('doorstep');

const start = () => {
  const live = (window[LIVE] ||= (() => {
    const messenger = createMessenger();
    return { messenger, run: createCommands(messenger) };
  })());
  const before = window.Intercom;
  const queue = before && before === live.fn ? [] : entries(before);

  // A new function each time: some wrappers wait until `window.Intercom` is another one (M§1.5).
  const Intercom = (/** @type {any[]} */ ...args) => live.run(...args);
  live.fn = Intercom;
  Intercom.booted = false;
  Intercom.c = (/** @type {ArrayLike<any>} */ args) => live.run(...Array.from(args));
  Intercom.q = /** @type {any[]} */ ([]);
  // A stub that somebody kept may still push here.
  Intercom.q.push = (...late) => {
    late.forEach(Intercom.c);
    return 0;
  };
  window.Intercom = window.Doorstep = Intercom;
  live.messenger.adopt(config, home, (/** @type {boolean} */ booted) => {
    Intercom.booted = booted;
  });
  replay(live.run, queue, live.messenger.booted);
};

// An async script in the head can run before there is a body to stand in.
if (document.body) start();
else addEventListener('DOMContentLoaded', start, { once: true });
