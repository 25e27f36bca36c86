/**
 * Finds the command of `Intercom('command', …)` (M§2): those that a page at rest answers are in `messenger.js`, those that
 * open the panel in `later/commands.js`. An unknown one is a line for the developer and never an exception in the
 * customer's page (M§11.10).
 */

/**
 * @param {ReturnType<typeof import('./messenger.js').createMessenger>} messenger
 * @returns {(name: any, ...args: any[]) => unknown}
 */
export function createCommands({ commands, listen, ask }) {
  /** What there was a line about. @type {Set<unknown>} */
  const told = new Set();
  return (name, ...args) => {
    if (Object.hasOwn(commands, name)) return /** @type {any} */ (commands)[name](...args) ?? undefined;
    if (/^on[A-Z]/.test(name)) listen(name, args[0]);
    else if (/^(show|startConv)/.test(name)) ask(name, args);
    else if (!told.has(name)) {
      told.add(name);
      console.debug('Doorstep: there is no command', name);
    }
  };
}
