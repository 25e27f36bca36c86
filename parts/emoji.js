// The emoji picker: opened by its button, searched in English and by the names of the groups, moved in by arrow keys; what is
// chosen goes where the cursor is. What is used often is remembered in this browser.
import {
  'composer.emoji' as open,
  'emoji.activities' as activities,
  'emoji.flags' as flags,
  'emoji.food' as food,
  'emoji.nature' as nature,
  'emoji.none' as none,
  'emoji.objects' as objects,
  'emoji.recent' as recent,
  'emoji.search' as search,
  'emoji.smileys' as smileys,
  'emoji.symbols' as symbols,
  'emoji.travel' as travel,
} from '../locales/en.json';
import { element } from './shared/element.js';
import { GROUPS, REGIONS } from './shared/emoji.js';
import { adopt } from './shared/sheet.js';

const ENGLISH = {
  'composer.emoji': open, 'emoji.activities': activities, 'emoji.flags': flags, 'emoji.food': food, 'emoji.nature': nature,
  'emoji.none': none, 'emoji.objects': objects, 'emoji.recent': recent, 'emoji.search': search,
  'emoji.smileys': smileys, 'emoji.symbols': symbols, 'emoji.travel': travel,
};
const KEY = 'doorstep-emoji';
/** So many of what is used often are shown, and remembered. */
const OFTEN = 16;

const CSS = `
.emoji{position:absolute;bottom:68px;inset-inline:12px;z-index:4;display:flex;flex-direction:column;max-width:352px;height:min(340px,60vh);margin-inline-start:auto;border-radius:18px;background:var(--raised);box-shadow:var(--float-shadow);overflow:hidden}
.ds .emoji input{flex:none;height:44px;margin:10px 10px 6px;padding:0 14px;border:0;border-radius:12px;background:var(--sunken);color:inherit;font:inherit;box-shadow:inset 0 0 0 1px var(--edge)}
.ds .emoji input:focus{outline:2px solid var(--action-ink);outline-offset:-1px}
.emoji .all{flex:1;min-height:0;padding:0 8px 10px;overflow-y:auto;overscroll-behavior:contain}
.emoji h2{margin:10px 4px 4px;color:var(--soft);font-size:13px;font-weight:600}
.emoji .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(40px,1fr))}
.ds .emoji button{display:grid;place-items:center;height:40px;border-radius:10px;font-family:"Apple Color Emoji","Segoe UI Emoji","Noto Color Emoji",sans-serif;font-size:23px;line-height:1}
.ds .emoji button:is(:hover,:focus){background:var(--hover)}
.emoji .none{padding:24px 8px;color:var(--soft);text-align:center}
@media (forced-colors:active){.emoji{border:1px solid CanvasText}}`;

/** @type {(() => boolean) | undefined} closes the one that is open; says whether it was still shown */
let close;

/** @typedef {{glyph: string, name: string, group: string}} Emoji */

/** @type {Emoji[]} made when first needed */
let all = [];

function load(language) {
  for (const [group, text] of Object.entries(GROUPS)) {
    for (const entry of text.split('|')) {
      const [glyph] = /** @type {RegExpExecArray} */ (/^\P{ASCII}\uFE0F?/u.exec(entry) ?? ['']);
      all.push({ glyph, name: entry.slice(glyph.length), group });
    }
  }
  const names = ['en', language].map((tag) => new Intl.DisplayNames([tag || 'en', 'en'], { type: 'region' }));
  for (const [region] of REGIONS.matchAll(/../g)) {
    const glyph = String.fromCodePoint(...[...region].map((letter) => letter.charCodeAt(0) + 0x1f1a5));
    all.push({ glyph, name: `flag ${names.map((of) => of.of(region)).join(' ')}`.toLowerCase(), group: 'flags' });
  }
}

/** What is used often, newest first. @returns {string[]} */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((glyph) => typeof glyph === 'string').slice(0, OFTEN) : [];
  } catch {
    return []; // Blocked by the browser, or not ours.
  }
}

function remember(glyph) {
  try {
    localStorage.setItem(KEY, JSON.stringify([glyph, ...remembered().filter((other) => other !== glyph)].slice(0, OFTEN)));
  } catch {
    // Blocked by the browser.
  }
}

/**
 * Opens the picker of a button, or closes it.
 * @param {HTMLElement} button
 * @param {string} _data
 * @param {Record<string, string>} texts
 */
export function run(button, _data, texts) {
  if (close?.()) return;
  const say = (key) => texts[key] ?? ENGLISH[key];
  if (!all.length) load(texts.language);
  adopt(button, CSS);
  const composer = /** @type {HTMLElement} */ (button.closest('.composer'));
  const field = /** @type {HTMLTextAreaElement} */ (composer.querySelector('textarea'));
  const input = /** @type {HTMLInputElement} */ (
    element('input', { type: 'search', 'aria-label': say('emoji.search'), placeholder: say('emoji.search'), autocomplete: 'off' })
  );
  const list = element('div', { class: 'all' });
  const picker = element('div', { class: 'emoji', role: 'dialog', 'aria-label': say('composer.emoji') }, input, list);

  const shut = (back) => {
    picker.remove();
    button.removeAttribute('aria-expanded');
    document.removeEventListener('pointerdown', outside, true);
    close = undefined;
    if (back) field.focus();
  };
  const outside = (event) => {
    const path = event.composedPath();
    if (!path.includes(picker) && !path.includes(button)) shut(false);
  };
  const choose = (glyph) => {
    remember(glyph);
    field.setRangeText(glyph, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    shut(true);
  };
  const group = (key, entries) => {
    const title = say(`emoji.${key}`);
    const grid = element('div', { class: 'grid', role: 'group', 'aria-label': title });
    for (const { glyph, name } of entries) {
      grid.append(element('button', { type: 'button', tabindex: '-1', 'aria-label': name, title: name }, glyph));
    }
    list.append(element('h2', {}, title), grid);
  };
  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.replaceChildren();
    const often = remembered();
    if (!words.length && often.length) {
      group('recent', often.map((glyph) => all.find((one) => one.glyph === glyph)).filter(Boolean));
    }
    for (const key of [...Object.keys(GROUPS), 'flags']) {
      const title = say(`emoji.${key}`).toLowerCase();
      const fits = ({ name }) => words.every((word) => name.includes(word) || title.includes(word));
      const found = all.filter((one) => one.group === key && fits(one));
      if (found.length) group(key, found);
    }
    if (!list.firstChild) list.append(element('p', { class: 'none', role: 'status' }, say('emoji.none')));
    list.querySelector('button')?.setAttribute('tabindex', '0');
    list.scrollTop = 0;
  };

  list.addEventListener('click', (event) => {
    const chosen = /** @type {Element} */ (event.target).closest('button');
    if (chosen) choose(chosen.textContent);
  });
  input.addEventListener('input', draw);
  picker.addEventListener('keydown', (event) => {
    // Neither the panel nor the composer is meant.
    event.stopPropagation();
    const buttons = [...list.querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const rtl = getComputedStyle(picker).direction === 'rtl' ? -1 : 1;
    let to;
    if (event.key === 'Escape') shut(true);
    else if (at < 0 && event.key === 'ArrowDown') to = 0;
    else if (at < 0 && event.key === 'Enter') {
      if (buttons[0]) choose(buttons[0].textContent);
    } else if (at < 0) return;
    else if (event.key === 'ArrowRight') to = at + rtl;
    else if (event.key === 'ArrowLeft') to = at - rtl;
    else if (event.key === 'Home') to = 0;
    else if (event.key === 'End') to = buttons.length - 1;
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') to = beside(buttons, at, event.key === 'ArrowDown');
    else return;
    event.preventDefault();
    if (to === undefined) return;
    if (to < 0) input.focus();
    else if (buttons[to]) {
      buttons[at]?.setAttribute('tabindex', '-1');
      buttons[to].setAttribute('tabindex', '0');
      buttons[to].focus();
    }
  });

  draw();
  composer.append(picker);
  button.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  close = () => {
    // It may have gone with its screen.
    const shown = picker.isConnected;
    shut(shown);
    return shown;
  };
  input.focus();
}

/** The button below or above another: the nearest in the next row. @param {HTMLElement[]} buttons */
function beside(buttons, at, down) {
  const here = buttons[at];
  const step = down ? 1 : -1;
  let row;
  let best;
  for (let index = at + step; index >= 0 && index < buttons.length; index += step) {
    const one = buttons[index];
    if (one.offsetTop === here.offsetTop) continue;
    if (row !== undefined && one.offsetTop !== row) break;
    row = one.offsetTop;
    const far = Math.abs(one.offsetLeft - here.offsetLeft);
    if (best === undefined || far < best.far) best = { index, far };
  }
  return best ? best.index : down ? at : -1;
}
