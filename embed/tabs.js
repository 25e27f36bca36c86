/**
 * The other tabs of this site: a shutdown in one is a shutdown in all (P10).
 *
 * @param {string} appId
 * @param {() => void} ended another tab ended the session
 * @param {AbortSignal} signal ends it
 * @returns {{ listen: () => void, tell: () => void }} begins to listen; tells the others that the session ended here
 */
export function watchTabs(appId, ended, signal) {
  /** @type {BroadcastChannel | null} */
  let channel = null;
  const open = () => {
    try {
      channel ||= new BroadcastChannel('doorstep.' + appId);
      channel.onmessage = ended;
    } catch {
      // No channels here; the check when the tab is shown again (`Jar.replaced`) remains.
    }
  };
  const close = () => {
    if (channel) channel.close();
    channel = null;
  };
  // An open channel can keep a page out of the back/forward cache.
  addEventListener('pagehide', close, { signal });
  addEventListener('pageshow', open, { signal });
  signal.addEventListener('abort', close);
  return {
    listen: open,
    tell() {
      open();
      if (channel) channel.postMessage('shutdown');
    },
  };
}
