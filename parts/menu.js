// The menu in a conversation's header. What its entries do is the Messenger's: it is told their names.
import { 'failed.text' as failed, 'transcript.download' as download } from '../locales/en.json';
import { element, tell } from './shared/element.js';
import { adopt } from './shared/sheet.js';

const ENGLISH = { 'failed.text': failed, 'transcript.download': download };
/** Each entry's name, and the key of its text. */
const ENTRIES = [['transcript', 'transcript.download']];

const CSS = `
.menu{position:absolute;top:58px;inset-inline-end:14px;z-index:3;min-width:200px;max-width:calc(100% - 28px);padding:6px;border-radius:14px;background:var(--raised);box-shadow:var(--float-shadow);border:1px solid var(--line)}
.ds .menu button{display:block;width:100%;min-height:44px;padding:8px 12px;border-radius:9px;text-align:start;font-weight:500}
.ds .menu button:is(:hover,:focus-visible){background:var(--hover)}
.ds .menu p{padding:10px 12px;color:var(--bad);font-size:14px}`;

/** @type {(() => void) | undefined} closes the menu that is open */
let close;

/**
 * Opens the menu of a button, or closes it.
 * @param {HTMLElement} button
 * @param {string} _data
 * @param {Record<string, string>} texts
 */
export function run(button, _data, texts) {
  const say = (key) => texts[key] ?? ENGLISH[key];
  if (close) {
    close();
    return;
  }
  adopt(button, CSS);
  const entries = ENTRIES.map(([name, key]) => {
    const entry = element('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, say(key));
    entry.addEventListener('click', () => {
      shut(true);
      addEventListener('doorstep:transcript-failed', () => complain(button, say('failed.text')), { once: true });
      tell(button, name);
    });
    return entry;
  });
  const menu = element('div', { class: 'menu', role: 'menu', 'aria-label': button.getAttribute('aria-label') }, ...entries);
  const outside = (event) => {
    const path = event.composedPath();
    if (!path.includes(menu) && !path.includes(button)) shut(false);
  };
  const shut = (back) => {
    menu.remove();
    button.removeAttribute('aria-expanded');
    document.removeEventListener('pointerdown', outside, true);
    close = undefined;
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
  document.addEventListener('pointerdown', outside, true);
  close = () => shut(true);
  button.setAttribute('aria-expanded', 'true');
  button.after(menu);
  entries[0].focus();
}

/** Says for a while that something went wrong. @param {HTMLElement} button @param {string} text */
function complain(button, text) {
  const note = element('div', { class: 'menu', role: 'alert' }, element('p', {}, text));
  button.after(note);
  setTimeout(() => note.remove(), 6000);
}
