/**
 * The first script of the Messenger's frame. The server writes it into the frame's page (crates/server/src/pages/frame.rs) and
 * puts addresses where `__JS__` and `__WASM__` stand. It says hello (protocol `host.rs`) and starts the widget; until that
 * runs, it keeps what the page says. `early.js` may stand before it.
 */

/* global __JS__, __WASM__ */

/** @type {MessagePort | undefined} */
let port;
/** What the page has said, and the widget has not heard yet: JSON (protocol `HostToFrame`). @type {string[]} */
const said = [];
/** @type {((port: MessagePort) => void) | undefined} */
let take;

/** @param {object} message protocol `FrameToHost` */
const say = (message) => port?.postMessage(JSON.stringify(message));

const close = () => {
  say({ type: 'panel', open: false });
  // The page does not say back what the frame asked for.
  said.push('{"type":"close"}');
};

const give = () => {
  if (!port || !take) return;
  port.onmessage = null;
  take(port);
  for (const data of said) port.dispatchEvent(new MessageEvent('message', { data }));
};

addEventListener('message', (event) => {
  if (port || event.source !== parent || event.data !== 'doorstep:port') return;
  port = event.ports[0];
  port.onmessage = ({ data }) => {
    said.push(data);
    if (!(/** @type {any} */ (globalThis).doorstepEarly?.(JSON.parse(data), say, close))) return may();
    requestAnimationFrame(() => setTimeout(may));
    // Nothing is painted where nobody looks.
    setTimeout(may, 1000);
  };
  give();
});
parent.postMessage('doorstep:hello', '*');

/** Gives the widget the page's port, now or when it comes (src/browser/host/framed.rs). */
/** @type {any} */ (globalThis).doorstepPort = (/** @type {typeof take} */ taken) => {
  take = taken;
  give();
};

/** Lets the widget start. */
let may = () => {};
/**
 * When it may: fetched and compiled beside, it would keep the browser from painting what `early.js` shows. Nothing to wait for
 * without that.
 *
 * @type {Promise<void> | undefined}
 */
const painted = /** @type {any} */ (globalThis).doorstepEarly && new Promise((resolve) => (may = resolve));

import(__JS__).then((widget) => widget.default({ module_or_path: __WASM__, after: painted }));
