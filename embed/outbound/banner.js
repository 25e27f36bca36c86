/**
 * A banner: a bar at the top or bottom of the page, inline (it takes room) or floating (it lies over the page).
 */

import { element } from './borrowed.js';
import { closer, createFrame } from './frame.js';
import { BANNER } from './styles.js';
import { paragraphs } from './words.js';

/**
 * @param {import('../life.js').Life} life
 * @param {any} message protocol `OutboundShown`
 * @param {{ seen: () => void, dismiss: () => void, click: (screen?: object) => void, intent: () => void }} on
 */
export function createBanner(life, message, on) {
  const { position, style, dismissable, action, background_color } = message.banner;
  const below = position === 'bottom';
  const floats = style === 'floating';
  const frame = createFrame('intercom-banner-frame', message.author.name || message.workspace, BANNER, {
    seen: on.seen,
    dismiss: dismissable ? on.dismiss : null,
    place: (host) => (below ? document.body.append(host) : document.body.prepend(host)),
  });
  const bar = element('div', { class: floats ? 'c o' : 'c' }, element('div', { class: 't' }, ...paragraphs(message.body)));
  if (action) bar.append(button(action, on));
  if (dismissable) bar.append(closer(message.close, on.dismiss));
  const where = floats ? `position:fixed;inset-inline:0;${below ? 'bottom' : 'top'}:0;z-index:${life.face.zIndex}` : '';
  frame.vary(`:host{--a:${background_color || life.face.action};${where}}`);
  frame.fill(bar);
  return { ...frame, chat: false };
}

/** @param {any} action @param {{ click: (screen?: object) => void, intent: () => void }} on */
function button({ label, url }, on) {
  if (!url) {
    const made = element('button', { type: 'button', class: 'a' }, label);
    made.addEventListener('click', () => on.click({ at: 'new_message', text: '' }));
    made.addEventListener('pointerenter', on.intent, { once: true, passive: true });
    return made;
  }
  // Pages of the same site open in place.
  const away = new URL(url, location.href).origin !== location.origin;
  const made = element('a', { href: url, class: 'a', ...(away && { target: '_blank', rel: 'noopener noreferrer' }) }, label);
  made.addEventListener('click', () => on.click());
  return made;
}
