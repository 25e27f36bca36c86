// Outbound messages by the API, and what a visitor sees of them.
import assert from 'node:assert/strict';

/**
 * The team's program.
 * @param {{ server: { origin: string, token: string } }} town filled when the calls are made
 */
export function outbound(town) {
  const call = async (method, path, body) => {
    const response = await fetch(town.server.origin + path, {
      method,
      headers: { Authorization: `Bearer ${town.server.token}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const json = await response.json();
    assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const path = (id, verb = '') => `/outbound_messages/${id}${verb}`;
  const program = {
    /** A live message. @param {...[string, string, unknown][]} conditions behind the rest of it */
    async live(rest, ...conditions) {
      const { admins } = await call('GET', '/admins');
      const rules = { conditions: conditions.map(([field, operator, value]) => ({ field, operator, value })) };
      const { id } = await call('POST', '/outbound_messages', { kind: 'chat', admin_id: admins[0].id, rules, ...rest });
      await call('POST', path(id, '/publish'), {});
      return id;
    },
    pause: (id) => call('POST', path(id, '/pause'), {}),
    counts: async (id) => (await call('GET', path(id))).counts,
    /** So that the next test begins without. */
    async clear() {
      for (const { id } of (await call('GET', '/outbound_messages?per_page=150')).data) await call('DELETE', path(id));
    },
  };
  return program;
}

/** @param {import('playwright-core').Page} page */
export function messages(page) {
  const card = page.locator('.intercom-notifications-frame section');
  const banner = page.locator('.intercom-banner-frame section');
  const kept = () =>
    page.evaluate(() => ({ ...JSON.parse(localStorage.getItem('intercom.doorstep-outbound-test')) }));
  /** Until nothing is asked and no other tab is waited for. */
  const settled = () =>
    page.waitForFunction(async () => {
      const { held, pending } = await navigator.locks.query();
      return ![...held, ...pending].some(({ name }) => name.startsWith('doorstep.outbound'));
    });
  return { card, banner, kept, settled };
}
