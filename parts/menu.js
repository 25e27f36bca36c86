// The menu in a conversation's header, with its button. What its entries do is the Messenger's: it is told their names.
import { 'failed.text' as failed, 'menu.open' as more, 'transcript.download' as download } from '../locales/en.json';
import { element, tell } from './shared/element.js';
import { adopt } from './shared/sheet.js';

const ENGLISH = { 'failed.text': failed, 'menu.open': more, 'transcript.download': download };
/** What the Messenger is told of each entry (crates/core/src/ending.rs), and the key of its text. */
const ENTRIES = [['t', 'transcript.download']];
const DOTS = 'M5 12v.01M12 12v.01M19 12v.01';

const CSS = `
.menu{position:absolute;top:58px;inset-inline-end:14px;z-index:3;min-width:200px;max-width:calc(100% - 28px);padding:6px;border-radius:14px;background:var(--raised);box-shadow:var(--float-shadow);border:1px solid var(--line)}
.ds .menu button{display:block;width:100%;min-height:44px;padding:8px 12px;border-radius:9px;text-align:start}
.ds .menu button:is(:hover,:focus-visible){background:var(--hover)}
.ds .menu p{padding:10px 12px;color:var(--bad);font-size:13px}`;

/**
 * Draws the button.
 * @param {HTMLElement} place
 * @param {string} _data
 * @param {Record<string, string>} texts
 */
export function run(place, _data, texts) {
  adopt(place, CSS);
  const say = (/** @type {keyof typeof ENGLISH} */ key) => texts[key] ?? ENGLISH[key];
  const button = element('button', {
    type: 'button', class: 'round', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': say('menu.open'),
  });
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name, value] of [['class', 'icon'], ['viewBox', '0 0 24 24'], ['aria-hidden', 'true']]) svg.setAttribute(name, value);
  path.setAttribute('d', DOTS);
  svg.append(path);
  button.append(svg);
  /** @type {(() => void) | undefined} */
  let close;
  const closed = () => (close = undefined);
  button.addEventListener('click', () => {
    if (close) close();
    else close = open(place, button, say, closed);
  });
  place.replaceChildren(button);
}

/**
 * Opens the menu; gives what closes it.
 * @param {HTMLElement} place
 * @param {HTMLElement} button
 * @param {(key: keyof typeof ENGLISH) => string} say
 * @param {() => void} closed
 */
function open(place, button, say, closed) {
  const entries = ENTRIES.map(([name, key]) => {
    const entry = element('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, say(key));
    entry.addEventListener('click', () => {
      shut(true);
      addEventListener('doorstep:transcript-failed', () => complain(place, say('failed.text')), { once: true });
      tell(place, name);
    });
    return entry;
  });
  const menu = element('div', { class: 'menu', role: 'menu', 'aria-label': say('menu.open') }, ...entries);
  // Marked on its way out: a shadow root hides from the document what was inside of it.
  /** @type {WeakSet<Event>} */
  const inside = new WeakSet();
  const mark = (event) => void inside.add(event);
  const outside = (event) => {
    if (!inside.has(event)) shut(false);
  };
  const shut = (back) => {
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
    place.removeEventListener('pointerdown', mark);
    document.removeEventListener('pointerdown', outside);
    closed();
    if (back) button.focus();
  };
  menu.addEventListener('keydown', (event) => {
    const at = entries.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) entries[to % entries.length].focus();
    else if (event.key === 'Escape') shut(true);
    else if (event.key === 'Tab') return shut(false);
    else return undefined;
    // The panel listens for Escape, too.
    event.stopPropagation();
    return event.preventDefault();
  });
  place.addEventListener('pointerdown', mark);
  document.addEventListener('pointerdown', outside);
  button.setAttribute('aria-expanded', 'true');
  place.append(menu);
  entries[0].focus();
  return () => shut(true);
}

/** Says for a while that something went wrong. @param {HTMLElement} place @param {string} text */
function complain(place, text) {
  const note = element('div', { class: 'menu', role: 'alert' }, element('p', {}, text));
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}
