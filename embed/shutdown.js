/**
 * What `shutdown` owes beyond this page (P10): the server must revoke the session, and the frame's storage, which is
 * the server's origin's, must be wiped. Both are written down before they are tried, in localStorage under
 * `intercom.doorstep-revoke-<app_id>`, and struck out when done; what could not be done (offline, page left) is done
 * at the next load, in any case before another frame starts.
 */

import { load, save } from './storage.js';
import { element, shadow } from './styles.js';

/** How long a living frame may take to wipe before the wipe page is used instead. */
const PATIENCE_MS = 3000;

/**
 * @param {string} origin the server's
 * @param {string} appId
 */
export function createDebts(origin, appId) {
  const key = 'intercom.doorstep-revoke-' + appId;
  const flag = 'intercom.doorstep-opened-' + appId;
  /** @type {Promise<void> | null} */
  let wiping = null;

  const owed = () => load('localStorage', key) || { calls: [] };
  const note = (/** @type {{ calls: object[], wipe?: boolean }} */ debt) =>
    save('localStorage', key, debt.calls.length || debt.wipe ? debt : null);

  /** What is on its way, so that the boot right after a shutdown does not send it again. @type {Set<string>} */
  const sending = new Set();

  /** @param {Record<string, string | undefined>} caller protocol `Caller`: session and visitor to end */
  const revoke = async (caller) => {
    const same = JSON.stringify(caller);
    if (sending.has(same)) return;
    sending.add(same);
    try {
      const answer = await fetch(`${origin}/messenger/${encodeURIComponent(appId)}/shutdown`, {
        method: 'POST',
        // A simple request needs no preflight, and keepalive lets it outlive the page.
        headers: { 'Content-Type': 'text/plain' },
        body: same,
        credentials: 'omit',
        keepalive: true,
      });
      // Refused for good is settled as well; only a busy or broken server is asked again.
      if (answer.status >= 500 || answer.status === 429) return;
    } catch {
      return;
    } finally {
      sending.delete(same);
    }
    const debt = owed();
    note({ ...debt, calls: debt.calls.filter((/** @type {object} */ call) => JSON.stringify(call) !== same) });
  };

  const wiped = () => {
    save('localStorage', flag, null);
    note({ ...owed(), wipe: false });
  };

  /** @returns {Promise<void>} settled when the wipe page has answered, or when waiting makes no sense any more */
  const wipePage = () =>
    new Promise((resolve) => {
      const iframe = /** @type {HTMLIFrameElement} */ (
        element('iframe', { src: `${origin}/frame/${encodeURIComponent(appId)}/wipe`, 'aria-hidden': 'true', tabindex: '-1' })
      );
      const box = element('div', { hidden: '' });
      // In a shadow root no style of the site can make it visible.
      shadow(box, ':host{display:none!important}').root.append(iframe);
      /** @param {boolean} done */
      const end = (done) => {
        clearTimeout(timer);
        removeEventListener('message', heard);
        box.remove();
        if (done) wiped();
        resolve();
      };
      /** @param {MessageEvent} event */
      const heard = (event) => {
        if (event.data === 'doorstep:wiped' && event.source && event.source === iframe.contentWindow) end(true);
      };
      addEventListener('message', heard);
      const timer = setTimeout(end, PATIENCE_MS * 3, false);
      document.body.append(box);
    });

  const debts = {
    /** A frame of ours has had storage in this browser from now on. */
    opened() {
      if (!load('localStorage', flag)) save('localStorage', flag, 1);
    },

    /** @returns {Promise<void> | null} what a new frame must wait for */
    get pending() {
      return wiping;
    },

    /**
     * @param {Record<string, string | undefined> | false | null} caller whom the server shall forget; none if another tab asks
     * @param {((gone: () => void) => boolean) | false | null} living asks a living frame to wipe, says whether there is one,
     *   and calls back when it has
     */
    incur(caller, living) {
      const debt = owed();
      const wipe = !!(living || load('localStorage', flag) || debt.wipe);
      note({ calls: caller ? [...debt.calls, caller] : debt.calls, wipe });
      if (caller) revoke(caller);
      if (wipe) debts.wipe(living);
    },

    /** @param {((gone: () => void) => boolean) | false | null} living */
    wipe(living) {
      const before = wiping || Promise.resolve();
      const byFrame = new Promise((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS, false);
        const asked =
          living &&
          living(() => {
            clearTimeout(timer);
            resolve(true);
          });
        if (!asked) {
          clearTimeout(timer);
          resolve(false);
        }
      });
      const mine = before
        .then(() => byFrame)
        .then((done) => (done ? wiped() : wipePage()))
        .then(() => {
          if (wiping === mine) wiping = null;
        });
      wiping = mine;
    },

    /** At a load: what an earlier page could not do. */
    settle() {
      const debt = owed();
      debt.calls.forEach(revoke);
      if (debt.wipe && !wiping) debts.wipe(null);
    },
  };
  return debts;
}
