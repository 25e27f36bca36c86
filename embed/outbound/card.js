/**
 * A chat message: a card beside the launcher, under the class of Intercom's notifications (M§8.1). A press anywhere but on a
 * link opens the Messenger with the message before the person's eyes and the keyboard in the composer.
 */

import { element } from './borrowed.js';
import { closer, createFrame } from './frame.js';
import { CARD } from './styles.js';
import { paragraphs } from './words.js';

/**
 * @param {import('../life.js').Life} life
 * @param {string} name of the showing: the key of the conversation
 * @param {any} message protocol `OutboundShown`
 * @param {{ seen: () => void, dismiss: () => void, click: (screen?: object) => void, intent: () => void }} on
 */
export function createCard(life, name, message, on) {
  const { author, body, at } = message;
  const from = author.name || message.workspace;
  const frame = createFrame('intercom-notifications-frame', from, CARD, {
    seen: on.seen,
    dismiss: on.dismiss,
    place: (host) => document.body.append(host),
  });
  const open = () =>
    on.click({
      at: 'outbound',
      id: name,
      part: { id: '0', author, body, created_at: at },
    });
  const answer = element('button', { type: 'button', class: 'r' }, message.reply);
  const initial = element('span', { class: 'f', 'aria-hidden': 'true' }, [...from][0] || '');
  const card = element(
    'div',
    { class: 'c' },
    element('div', { class: 'h' }, initial, element('b', { dir: 'auto' }, from)),
    element('div', { class: 't' }, ...paragraphs(body)),
    answer,
    closer(message.close, on.dismiss),
  );
  card.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('a'))) open();
  });
  // The Messenger is fetched while the hand is still on its way.
  for (const what of ['pointerenter', 'focusin']) card.addEventListener(what, on.intent, { once: true, passive: true });
  const { face } = life;
  const bottom = face.hidden ? face.vertical : face.vertical + 64;
  frame.vary(
    `:host{--a:${face.action};z-index:${face.zIndex}}` +
      `@media(min-width:450px){:host{${face.left ? 'left' : 'right'}:${face.horizontal}px;bottom:${bottom}px;width:320px}}`,
  );
  frame.fill(card);
  return { ...frame, chat: true };
}
