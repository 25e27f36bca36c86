/**
 * Pages that put another body, or other content of the body, in place of the one we stand in (Turbo, htmx, pjax): our
 * elements go with the old one, and a cached body may bring dead copies of them back.
 */

/**
 * @param {() => (Element | undefined)[]} ours
 * @param {() => void} swapped puts them back
 * @param {AbortSignal} signal ends it
 */
export function watchSwaps(ours, swapped, signal) {
  const watch = () => [document.documentElement, document.body].forEach((node) => node && swaps.observe(node, { childList: true }));
  const swaps = new MutationObserver((records) => {
    if (signal.aborted) return swaps.disconnect();
    watch();
    // Who takes out nothing but our element means it.
    if (!document.body || !records.some(({ target, removedNodes }) => target !== document.body || removedNodes[1])) return;
    document.querySelectorAll('.intercom-lightweight-app,#intercom-container').forEach((node) => ours().includes(node) || node.remove());
    swapped();
  });
  watch();
}
