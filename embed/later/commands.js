/**
 * The commands that open the panel (M§2). In the second part, because only those need it.
 */

/**
 * @param {(what: object) => void} show shows a screen (protocol `Open`)
 * @param {(message: object) => void} say tells the frame, now or when it is there (protocol `HostToFrame`)
 * @param {string} name
 * @param {any[]} args
 */
export function command(show, say, name, [what]) {
  switch (name) {
    case 'show':
      return show({ at: 'default' });
    case 'showMessages':
      return show({ at: 'messages' });
    case 'showNewMessage':
      return show({ at: 'new_message', text: typeof what === 'string' ? what : '' });
    case 'showConversation':
      return show(what == null ? { at: 'messages' } : { at: 'conversation', id: String(what) });
    case 'showSpace':
      // A space that is not there shows home; a name that is none does nothing.
      if (what === 'messages') show({ at: 'messages' });
      else if (/^(home|help|news|tasks|tickets)$/.test(what)) show({ at: 'home' });
      return;
    case 'startConversation':
      show({ at: 'new_message', text: '' });
      return typeof what === 'string' && say({ type: 'send', text: what });
    case 'showArticle':
    case 'showNews':
    case 'showTicket':
      // What Intercom does for an id it does not know.
      show({ at: 'home' });
    // And a line for the developer.
    default:
      console.debug('Doorstep: no such thing here:', name);
  }
}
