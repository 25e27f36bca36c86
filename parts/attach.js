// Files of messages: shown, chosen, dragged, pasted and uploaded. It keeps the bytes of what is not uploaded yet; what becomes
// of a file is the Messenger's, which is told by events and draws the lists here.
import {
  'attach.cancel' as cancel,
  'attach.download' as download,
  'attach.drop' as drop,
  'attach.empty' as empty,
  'attach.failed' as failed,
  'attach.image' as image,
  'attach.remove' as remove,
  'attach.too_large' as tooLarge,
  'attach.type' as type,
  'attach.uploading' as uploading,
  retry,
} from '../locales/en.json';
import { element, tell } from './shared/element.js';
import { adopt } from './shared/sheet.js';

const ENGLISH = {
  'attach.cancel': cancel, 'attach.download': download, 'attach.drop': drop, 'attach.empty': empty,
  'attach.failed': failed, 'attach.image': image, 'attach.remove': remove, 'attach.too_large': tooLarge,
  'attach.type': type, 'attach.uploading': uploading, retry,
};
/** Largest file (M§8.6; the server's limit). */
const LARGEST = 100 * 1024 * 1024;
/** The commonest of what the server refuses: said before the upload. */
const PROGRAMS = /\.(?:app|bat|cmd|com|deb|dll|dmg|exe|hta|iso|jar|js|lnk|msi|pkg|ps1|scr|sh|vbs|wsf)[. ]*$/i;

const CSS = `
.files{display:flex;flex-direction:column;gap:6px;width:100%}
.files>div{max-width:100%}
.mine .files{align-items:flex-end}
.composer .files{margin-bottom:8px}
.file{display:flex;align-items:center;gap:10px;max-width:100%;min-height:52px;padding:7px 10px;border-radius:14px;background:var(--raised);color:var(--ink);box-shadow:inset 0 0 0 1px var(--line);text-decoration:none;font-size:13px;line-height:1.35}
.mine .with-files .file{text-align:start}
.file[href]:hover{background:var(--hover)}
.file img,.file .sheet{flex:none;width:38px;height:38px;border-radius:8px;object-fit:cover;background:var(--bubble)}
.file .sheet{display:grid;place-items:center;color:var(--soft);font-size:10px;font-weight:700;text-transform:uppercase;overflow:hidden}
.file .what{flex:1;min-width:0}
.file .name{display:block;overflow:hidden;text-align:match-parent;font-weight:600;text-overflow:ellipsis;white-space:nowrap}
.file .how{display:block;color:var(--soft);font-size:13px}
.file.bad .how{color:var(--bad)}
.file progress{display:block;width:100%;height:4px;margin-top:5px;accent-color:var(--action)}
.ds .file button{flex:none;min-width:32px;min-height:32px;padding:0 6px;border-radius:9px;color:var(--soft);font-weight:600}
.ds .file button:hover{background:var(--hover);color:var(--ink)}
.shot{display:block;max-width:100%;border-radius:16px;overflow:hidden;background:var(--bubble)}
.shot img{display:block;width:100%;height:auto}
.drop{position:absolute;inset:8px;z-index:5;display:grid;place-items:center;border:2px dashed var(--action-ink);border-radius:16px;background:color-mix(in srgb,var(--surface) 88%,transparent);color:var(--action-ink);font-weight:600;pointer-events:none}
@media (forced-colors:active){.file,.shot{border:1px solid CanvasText}}`;

/** @type {Map<string, {file: File, preview: string, request?: XMLHttpRequest}>} what is not uploaded yet */
const kept = new Map();
/** @type {Map<Element, Map<string, {node: HTMLElement, update: (file: Shown) => void}>>} rows by place */
const drawn = new WeakMap();

/**
 * @typedef {{id: string, name: string, size: number, upload: string | null, url: string, pixels: [number, number],
 *   problem: string, percent: number | null}} Shown
 */

/**
 * Draws the list in a place's `data-state` and follows it (no data), opens the dialog (`open`), takes what was pasted or dropped (`paste`, `drop`, `dragover`; the place is
 * first in a list of files), uploads (three lines) or forgets a file (one line). What it says: crates/core/src/files.rs.
 * @param {any} place
 * @param {string} data
 * @param {Record<string, string>} texts
 */
export function run(place, data, texts) {
  const say = (key, values = {}) =>
    (texts[key] ?? ENGLISH[key]).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  if (data === '') {
    const follow = () => draw(place, JSON.parse(place.dataset.state || '[]'), say, texts);
    new MutationObserver(follow).observe(place, { attributeFilter: ['data-state'] });
    follow();
  } else if (data === 'open') choose(place);
  else if (data === 'dragover') hover(place[0], say('attach.drop'));
  else if (data === 'paste' || data === 'drop') {
    const [target, ...files] = place;
    target.querySelector('.drop')?.remove();
    for (const file of files) take(target, file);
    target.querySelector('textarea')?.focus();
  } else {
    const [id, app, caller] = data.split('\n');
    // Parts are served from beside the Messenger's API.
    if (app) upload(place, id, new URL(`../messenger/${encodeURIComponent(app)}/upload`, import.meta.url).href, caller);
    else forget(id);
  }
}

/** The system's dialog. @param {HTMLElement} button */
function choose(button) {
  const field = /** @type {HTMLInputElement} */ (element('input', { type: 'file', multiple: '' }));
  field.addEventListener('change', () => {
    const target = button.closest('.thread') ?? button;
    for (const file of field.files ?? []) take(target, file);
    target.querySelector('textarea')?.focus();
  });
  field.click();
}

/** Tells the Messenger of a file. @param {Element} target @param {File} file */
function take(target, file) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const picture = /^image\/(?:png|jpeg|gif|webp|avif)$/.test(file.type);
  let problem = '';
  if (file.size > LARGEST) problem = 'attach.too_large';
  else if (file.size === 0) problem = 'attach.empty';
  else if (PROGRAMS.test(file.name)) problem = 'attach.type';
  const preview = picture && !problem ? URL.createObjectURL(file) : '';
  kept.set(id, { file, preview });
  const name = file.name.replace(/\s+/g, ' ') || 'file';
  tell(target, `f${[id, name, file.size, preview, problem].join('\n')}`);
}

/** @param {string} id */
function forget(id) {
  const known = kept.get(id);
  if (!known) return;
  kept.delete(id);
  known.request?.abort();
  // What is on screen still shows it for a moment.
  if (known.preview) setTimeout(() => URL.revokeObjectURL(known.preview), 60_000);
}

/** Says how an upload goes: `ID HUNDREDTHS`, then `ID STATUS BODY`. @param {EventTarget} target */
function upload(target, id, address, caller) {
  const say = (detail) => target.dispatchEvent(new CustomEvent('part', { detail: `u${id} ${detail}` }));
  const known = kept.get(id);
  if (!known) {
    say('0 ');
    return;
  }
  const request = new XMLHttpRequest();
  known.request = request;
  request.open('POST', address);
  request.setRequestHeader('Content-Type', known.file.type || 'application/octet-stream');
  request.setRequestHeader('X-Doorstep-Caller', caller);
  request.setRequestHeader('X-Doorstep-Name', encodeURIComponent(known.file.name));
  let told = 0;
  request.upload.addEventListener('progress', (event) => {
    const percent = Math.floor((event.loaded / Math.max(event.total, 1)) * 100);
    if (percent > told) say((told = percent));
  });
  request.addEventListener('load', () => say(`${request.status} ${request.responseText}`));
  for (const name of ['error', 'timeout']) request.addEventListener(name, () => say('0 '));
  request.send(known.file);
}

/** Where files may be let go. @param {HTMLElement} screen @param {string} words */
function hover(screen, words) {
  adopt(screen, CSS);
  let zone = screen.querySelector('.drop');
  if (!zone) {
    zone = element('div', { class: 'drop' }, words);
    screen.append(zone);
  }
  // While something is over the place the browser says so several times a second.
  clearTimeout(over);
  over = setTimeout(() => zone.remove(), 700);
}
/** @type {any} */
let over;

/** Draws a list; what is there already stays. @param {HTMLElement} place @param {Shown[]} files */
function draw(place, files, say, texts) {
  adopt(place, CSS);
  place.className = 'files';
  place.setAttribute('role', 'list');
  const before = drawn.get(place) ?? new Map();
  const now = new Map();
  files.forEach((file, index) => {
    const key = `${file.id || index} ${file.problem} ${file.upload ?? ''}`;
    const row = before.get(key) ?? (file.id ? waiting(place, file, say, texts) : sent(file, say, texts));
    row.update(file);
    now.set(key, row);
  });
  drawn.set(place, now);
  place.replaceChildren(...[...now.values()].map((row) => row.node));
}

/** @param {number} bytes */
function size(bytes, texts) {
  if (!bytes) return '';
  const large = bytes >= 1e6;
  const format = { style: 'unit', unit: large ? 'megabyte' : 'kilobyte', maximumFractionDigits: large ? 1 : 0 };
  return new Intl.NumberFormat(texts.language, format).format(Math.max(bytes / (large ? 1e6 : 1e3), 1));
}

/** A file of a message that was sent. */
function sent(file, say, texts) {
  const [width, height] = file.pixels;
  const link = element('a', { target: '_blank', rel: 'noopener noreferrer' });
  let picture;
  if (width) {
    link.className = 'shot';
    // Its place is kept before it is here: at most 280 pixels high, and not higher than what can be seen at once.
    const wide = width / height;
    link.style.width = `min(${Math.min(width, Math.round(280 * wide))}px, ${(40 * wide).toFixed(1)}vh)`;
    picture = element('img', { alt: file.name || say('attach.image'), width: `${width}`, height: `${height}`, loading: 'lazy' });
    link.append(picture);
  } else {
    link.className = 'file';
    // Beside the name, which is what is said: speech control calls it by what is seen.
    link.title = say('attach.download', { name: file.name });
    link.append(sheet(file.name), what(file.name, size(file.size, texts)));
  }
  const node = element('div', { role: 'listitem' }, link);
  // The server's addresses end and come anew; a picture that is here already is not fetched again.
  const update = ({ url }) => {
    const address = new URL(url, import.meta.url).href;
    link.setAttribute('href', address);
    if (picture && !picture.complete) picture.setAttribute('src', address);
    if (picture && !picture.hasAttribute('src')) picture.setAttribute('src', address);
  };
  return { node, update };
}

/** A file that is not sent yet. */
function waiting(place, file, say, texts) {
  const { id, name, problem } = file;
  const bad = problem !== '';
  const limit = size(LARGEST, texts);
  const how = bad ? say(problem, { name, size: limit }) : size(file.size, texts);
  const text = what(name, how);
  if (bad) text.lastChild.setAttribute('role', 'status');
  const known = kept.get(id);
  const look = file.url && known ? element('img', { src: file.url, alt: '' }) : sheet(name);
  const node = element('div', { role: 'listitem', class: bad ? 'file bad' : 'file' }, look, text);
  const button = (words, label, verb) => {
    const made = element('button', { type: 'button', ...(label ? { 'aria-label': label } : {}) }, words);
    made.addEventListener('click', () => tell(place, `${verb}${id}`));
    node.append(made);
    return made;
  };
  if (problem === 'attach.failed' && known) button(say('retry'), '', 'y');
  const out = button('✕', say('attach.remove', { name }), 'x');
  let bar;
  const update = ({ percent, upload: done }) => {
    const going = percent !== null && !done && !bad;
    out.setAttribute('aria-label', going ? say('attach.cancel') : say('attach.remove', { name }));
    if (!going) bar?.remove();
    else if (!bar) text.append((bar = element('progress', { max: '100', 'aria-label': say('attach.uploading', { name }) })));
    if (bar && going) bar.setAttribute('value', `${percent}`);
  };
  return { node, update };
}

/** @param {string} name @param {string} how */
function what(name, how) {
  return element('span', { class: 'what' }, element('bdi', { class: 'name' }, name), element('span', { class: 'how' }, how));
}

/** A sheet with the ending of the name. @param {string} name */
function sheet(name) {
  const ending = /\.(\w{1,4})$/.exec(name)?.[1] ?? '';
  return element('span', { class: 'sheet', 'aria-hidden': 'true' }, ending);
}
