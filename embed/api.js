/**
 * The commands of `Intercom('command', …)` (M§2). A table, so that an unknown command is a line for the developer and
 * never an exception in the customer's page (M§11.10).
 */

/**
 * @param {ReturnType<typeof import('./messenger.js').createMessenger>} messenger
 * @returns {(name: unknown, ...args: any[]) => unknown}
 */
export function createCommands(messenger) {
  /** @param {object} what protocol `Open` */
  const show = (what) => {
    if (messenger.life) messenger.life.show(what, true);
  };
  const listen = (/** @type {string} */ name) => (/** @type {unknown} */ fn) => messenger.listen(name, fn);

  /** @type {Record<string, (...args: any[]) => unknown>} */
  const commands = {
    boot: messenger.boot,
    update: messenger.update,
    shutdown: messenger.shutdown,
    show: () => show({ at: 'default' }),
    hide: () => messenger.life && messenger.life.hide(),
    showMessages: () => show({ at: 'messages' }),
    showNewMessage: (text) => show({ at: 'new_message', text: typeof text === 'string' ? text : '' }),
    showConversation: (id) => show(id == null ? { at: 'messages' } : { at: 'conversation', id: String(id) }),
    showSpace(space) {
      // A space that is not there shows home; a name that is none does nothing (M§2).
      if (space === 'messages') show({ at: 'messages' });
      else if (/^(home|help|news|tasks|tickets)$/.test(space)) show({ at: 'home' });
    },
    getVisitorId: () => messenger.life && messenger.life.visitor(),
    whoami: () => messenger.life && messenger.life.person && { ...messenger.life.person },
    trackEvent: (name, metadata) => messenger.life && messenger.life.track(name, metadata),
    onShow: listen('show'),
    onHide: listen('hide'),
    onUnreadCountChange: listen('unread'),
    onUserEmailSupplied: listen('email'),
    onError: listen('error'),
    ready: messenger.ready,
    // Clicks are found wherever the element is (`activator.js`): there is nothing to bind again.
    reattach_activator() {},
  };

  /** @type {Set<unknown>} */
  const told = new Set();
  return (name, ...args) => {
    const command = Object.hasOwn(commands, /** @type {string} */ (name)) ? commands[/** @type {string} */ (name)] : null;
    if (command) return command(...args) ?? undefined;
    if (!told.has(name)) {
      told.add(name);
      console.debug('Doorstep: there is no command', name);
    }
    return undefined;
  };
}
