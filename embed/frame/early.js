/**
 * The composer of a new conversation before the widget runs: a form that stands in the frame's page if that was asked for with
 * `?new` (crates/server/src/pages/frame.rs; `main.js` is the rest of the page's script). What is written into it goes into the
 * widget's own composer when that is there, as if it had been written there; what was sent is sent then. Not for other screens:
 * those show what only the server knows.
 */

/** @param {string} selector @returns {any} what the page surely has */
const find = (selector) => document.querySelector(selector);
const root = find('#early');
/** @type {HTMLTextAreaElement} */
const field = find('#early textarea');
const app = find('#app');

/** @type {Record<string, any>} */
let settings;
/** What the page put into the field. */
let given = '';
let touched = false;
let sent = false;
let composing = false;

/** When the widget's composer is there, it takes over. */
const handOver = () => {
  if (!find('.panel') || composing) return;
  observer.disconnect();
  app.inert = false;
  removeEventListener('focus', focus);
  const focused = document.activeElement === field;
  /** @type {HTMLTextAreaElement | null} */
  const own = root.hidden ? null : find('.panel textarea');
  root.remove();
  if (!own) return;
  // It stands where this one stood, and does not come in a second time.
  find('.screen').style.animation = 'none';
  if (touched) {
    // A draft of another day stays in front of it.
    own.value = !own.value || own.value === given ? field.value : `${own.value}\n${field.value}`;
    own.dispatchEvent(new Event('input'));
  }
  const caret = own.value.length - field.value.length + field.selectionEnd;
  own.setSelectionRange(caret, caret);
  if (focused) own.focus();
  if (sent) own.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
};
const observer = new MutationObserver(handOver);
observer.observe(app, { childList: true, subtree: true });

const send = () => {
  if (field.value.trim()) sent = field.readOnly = true;
};

/** The page gives the keyboard to this frame now, or soon. */
const focus = () => {
  if (!root.hidden && document.hasFocus()) field.focus();
};

addEventListener('focus', focus);
root.addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  send();
});
field.addEventListener('input', () => (touched = true));
field.addEventListener('compositionstart', () => (composing = true));
field.addEventListener('compositionend', () => {
  composing = false;
  handOver();
});

/**
 * Hears what the page says while the widget does not.
 *
 * @param {any} message protocol `HostToFrame`
 * @param {(message: object) => void} say tells the page (protocol `FrameToHost`)
 * @param {() => void} close shuts the panel
 * @returns {boolean} whether it is shown from now on
 */
function hear(message, say, close) {
  const { open } = message;
  settings ||= message.settings;
  if (!open) return false;
  // The server wrote the words in the browser's language.
  const shown = open.at === 'new_message' && !settings.language_override;
  root.hidden = !shown;
  // Two composers would be read out, and the second would take the keyboard in the midst of a word.
  app.inert = shown;
  say({ type: 'early', shown });
  if (!shown) return false;
  if (open.text) field.value = given = open.text;
  const theme = settings.theme_mode;
  if (theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme:dark)').matches)) root.className = 'dark';
  field.onkeydown = (event) => {
    // Some browsers say only by this code that the key belongs to an input method.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  focus();
  return true;
}

/** @type {any} */ (globalThis).doorstepEarly = hear;
