/**
 * The on-screen keyboard of phones where the Messenger runs in the page itself (ES module); by script tag the embed script
 * heeds it. Fetched on phones only.
 */

import { avoidKeyboard } from '../embed/later/keyboard.js';

/**
 * @param {{ root: ShadowRoot, signal: AbortSignal }} given where the Messenger stands, and what ends it
 */
export function run({ root, signal }) {
  if (signal.aborted) return;
  // As style/launcher.css says which panel fills the screen.
  signal.addEventListener('abort', avoidKeyboard(root, '@media all{.paged.mobile .panel{'));
  const view = window.visualViewport;
  // It came before us, and there may be nothing more to hear of it.
  if (view && innerHeight - view.height > 1) view.dispatchEvent(new Event('resize'));
}
