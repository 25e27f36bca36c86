/**
 * Finds the command of `Intercom('command', …)` (M§2): those that a page at rest answers are in `messenger.js`, those that
 * open the panel in `later/commands.js`. One that is unknown, or has nothing behind it (tours, surveys, checklists, tokens of
 * data connectors), is a line for the developer and never an exception in the customer's page (M§11.10).
 */

/**
 * @param {ReturnType<typeof import('./messenger.js').createMessenger>} messenger
 * @returns {(given: unknown, ...args: any[]) => unknown}
 */
export function createCommands({ commands, listen, ask }) {
  return (given, ...args) => {
    const name = typeof given === 'string' ? given : '';
    if (Object.hasOwn(commands, name)) return /** @type {any} */ (commands)[name](...args) ?? undefined;
    if (/^on[A-Z]/.test(name)) listen(name, args[0]);
    else if (/^(show|startConv)/.test(name)) ask(name, args);
    else console.debug('Doorstep: no such thing here:', given);
  };
}
