/**
 * Launchers the site made itself (`custom_launcher_selector`, M§8.2). Listens on the document instead of on the
 * elements, so that elements rendered later work as well.
 */

/**
 * @param {() => string} selector the one in force; empty for none
 * @param {{ press: () => void, intent: () => void }} on
 * @param {AbortSignal} signal ends it
 */
export function watchActivators(selector, on, signal) {
  /** @param {Event} event @returns {Element | undefined} */
  const hit = (event) => {
    const wanted = selector();
    try {
      return wanted
        ? /** @type {Element} */ (event.composedPath().find((node) => node instanceof Element && node.matches(wanted)))
        : undefined;
    } catch {
      // Not a selector: the page's mistake, and no reason to fail on each click.
      return undefined;
    }
  };
  const options = { capture: true, passive: true, signal };
  const intent = (/** @type {Event} */ event) => hit(event) && on.intent();
  for (const name of ['pointerover', 'focusin', 'touchstart']) document.addEventListener(name, intent, options);
  document.addEventListener(
    'click',
    (event) => {
      const found = hit(event);
      if (!found) return;
      // A link is there for the case without scripts: <a href="mailto:…" id="my_launcher">.
      if (found.closest('a[href]')) event.preventDefault();
      on.press();
    },
    { capture: true, signal },
  );
}
