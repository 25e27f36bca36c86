/**
 * What `shutdown` owes beyond this page (P10): the server must revoke the session, and the frame's storage, which is
 * the server's origin's, must be wiped. Both are written down before they are tried, in localStorage under
 * `intercom.doorstep-revoke-<app_id>`, and struck out when done; what could not be done (offline, page left) is done
 * at the next load, in any case before another frame starts.
 */

import { fetchPart } from './part.js';
import { load, save } from './storage.js';

/* global __DOORSTEP_WIPE__ */

/** @typedef {Record<string, string | undefined>} Caller protocol `Caller`: session and visitor to end */

/**
 * @param {string} origin the server's
 * @param {string} appId
 */
export function createDebts(origin, appId) {
  const key = 'intercom.doorstep-revoke-' + appId;
  const flag = 'intercom.doorstep-opened-' + appId;

  /** @typedef {{ calls: string[], wipe?: boolean }} Owed */
  const owed = () => /** @type {Owed} */ (load('localStorage', key) || { calls: [] });
  const note = (/** @type {Owed} */ debt) =>
    save('localStorage', key, debt.calls.length || debt.wipe ? debt : null);

  /** What is on its way, so that the boot right after a shutdown does not send it again. @type {Set<string>} */
  const sending = new Set();

  /** @param {string} body JSON of a `Caller` */
  const revoke = async (body) => {
    if (sending.has(body)) return;
    sending.add(body);
    try {
      const { status } = await fetch(`${origin}/messenger/${encodeURIComponent(appId)}/shutdown`, {
        method: 'POST',
        // A simple request needs no preflight, and keepalive lets it outlive the page.
        headers: { 'Content-Type': 'text/plain' },
        body,
        credentials: 'omit',
        keepalive: true,
      });
      // Refused for good is settled as well; only a busy or broken server is asked again.
      if (status < 500 && status !== 429) {
        const debt = owed();
        note({ ...debt, calls: debt.calls.filter((call) => call !== body) });
      }
    } catch {
      // Owed until the next load.
    }
    sending.delete(body);
  };

  /** @param {Promise<void> | null} before @param {Promise<unknown> | void} living @returns {Promise<void>} */
  const wipe = async (before, living) => {
    await before;
    try {
      if (!(await living)) {
        // The one before may have done it.
        if (!living && !debts.wipe) return;
        if (!(await (await fetchPart(origin, __DOORSTEP_WIPE__)).wipe(origin, appId))) return;
      }
      save('localStorage', flag, null);
      note({ ...owed(), wipe: false });
    } catch {
      // Owed until the next load.
    }
  };

  const debts = {
    /** What a new frame must wait for. @type {Promise<void> | null} */
    wiping: null,

    /** A frame of ours has had storage in this browser from now on. */
    opened() {
      if (!load('localStorage', flag)) save('localStorage', flag, 1);
    },

    /** @returns {boolean} whether the person before has left something in the frame's storage */
    get wipe() {
      return owed().wipe;
    },

    /**
     * @param {Caller | false | null} caller whom the server shall forget; null for nobody, false if another tab asks
     * @param {Promise<unknown> | void} living settled when a frame of this page has wiped its storage, or with false when
     *   it had time enough; none if there is no frame
     */
    incur(caller, living) {
      const { calls, wipe } = owed();
      note({ calls: caller ? [...calls, JSON.stringify(caller)] : calls, wipe: !!(living || load('localStorage', flag) || wipe) });
      // Of what another tab ended, it tells the server itself.
      debts.settle(living, caller === false);
    },

    /**
     * Pays what is owed; also at a load, for an earlier page.
     *
     * @param {Promise<unknown> | void} [living]
     * @param {boolean} [theirs] whether the server is told by others
     */
    settle(living, theirs) {
      const left = owed();
      if (!theirs) left.calls.forEach(revoke);
      if (living || left.wipe) debts.wiping = wipe(debts.wiping, living);
    },
  };
  return debts;
}

/** @typedef {ReturnType<typeof createDebts>} Debts */
