// Every setting of M§3 as far as the page decides about it, and the mistakes documentation taught (M§3.5). Against a frame
// that only records; what the server makes of them is tested in crates/domain/src/settings.rs and crates/server/tests.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, cookies, frameOf, heard, intercom, told } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();
const brands = alone({
  config: {
    styles: {
      kids: { action_color: '#c2410c', link_color: '#123456', alignment: 'left' },
      12: { theme_mode: 'dark', horizontal_padding: 40 },
    },
  },
});
const hidden = alone({ config: { hide_default_launcher: true, alignment: 'left', action_color: '#00aa00' } });

/** A page booted with these settings. */
async function page(watch, settings, where = place) {
  const made = await where.open(watch, 'manual.html');
  await intercom(made, 'boot', { app_id: 'test', ...settings });
  return made;
}
/** The launcher's distances from the window's edges, once it stands still. */
async function corner(made) {
  await made.waitForFunction(() => !document.querySelector('.intercom-launcher').getAnimations().length);
  return made.evaluate(() => {
    const { left, right, bottom } = document.querySelector('.intercom-launcher').getBoundingClientRect();
    return { left, right: innerWidth - right, bottom: innerHeight - bottom };
  });
}
const colour = (made) => made.evaluate(() => getComputedStyle(document.querySelector('.intercom-launcher')).backgroundColor);
const zIndex = (made, selector) => made.evaluate((s) => getComputedStyle(document.querySelector(s)).zIndex, selector);

for (const [value, side] of [['left', 'left'], ['right', 'right'], ['middle', 'right'], [7, 'right'], [null, 'right']])
  browserTest(`alignment ${value}: ${side}`, async (watch) => {
    assert.equal((await corner(await page(watch, { alignment: value })))[side], 20);
  });

for (const [value, pixels] of [[40, 40], ['40', 40], ['40px', 40], [5, 20], [-40, 20], ['x', 20], [{}, 20], [33.7, 33]])
  browserTest(`vertical_padding and horizontal_padding ${JSON.stringify(value)}: ${pixels} px`, async (watch) => {
    const { right, bottom } = await corner(await page(watch, { vertical_padding: value, horizontal_padding: value }));
    assert.deepEqual([right, bottom], [pixels, pixels]);
  });

browserTest('paddings do not count on phones', async (watch) => {
  const made = await page(watch, { vertical_padding: 90, horizontal_padding: 90 });
  await made.setViewportSize({ width: 390, height: 700 });
  const { right, bottom } = await corner(made);
  assert.deepEqual([right, bottom], [20, 20]);
});

browserTest('messenger_style_id: the style stands in for what the page leaves out, in the page and in the frame', async (watch) => {
  const made = await page(watch, { messenger_style_id: 'kids' }, brands);
  assert.equal(await colour(made), 'rgb(194, 65, 12)');
  assert.equal((await corner(made)).left, 20);
  await intercom(made, 'show');
  const frame = await frameOf(made);
  const looks = async () => {
    const { action_color, link_color, theme_mode } = await told(frame);
    return [action_color, link_color, theme_mode];
  };
  assert.deepEqual(await looks(), ['#c2410c', '#123456', undefined]);
  // Another one, with a number for a name and the page's own word before it; what the first one had is gone.
  await intercom(made, 'update', { messenger_style_id: 12, action_color: '#00aa00' });
  assert.equal(await colour(made), 'rgb(0, 170, 0)');
  assert.equal((await corner(made)).right, 40);
  await until(looks, (now) => now[2] === 'dark', 'the frame has heard it');
  assert.deepEqual(await looks(), ['#00aa00', undefined, 'dark']);
});

for (const name of ['nobody', 'constructor', '__proto__', {}, null, undefined])
  browserTest(`messenger_style_id ${JSON.stringify(name)}: as if there were none`, async (watch) => {
    for (const where of [brands, place]) {
      const made = await page(watch, { messenger_style_id: name }, where);
      assert.equal(await colour(made), 'rgb(11, 87, 208)');
      assert.equal((await corner(made)).right, 20);
    }
  });

for (const [value, expected] of [[40, '40'], ['40', '40'], [-15, '-15'], ['x', '2147483001'], [undefined, '2147483001']])
  browserTest(`z_index ${value}: ${expected}, the panel one above`, async (watch) => {
    const made = await page(watch, { z_index: value });
    assert.equal(await zIndex(made, '.intercom-lightweight-app'), expected);
    await intercom(made, 'show');
    await made.locator(FRAME).waitFor();
    assert.equal(await zIndex(made, 'div.intercom-messenger-frame'), String(Number(expected) + 1));
  });

browserTest('hide_default_launcher: hides; the workspace may hide it as well, and false forces it to show', async (watch) => {
  for (const [settings, where, shown] of [
    [{}, place, true], [{ hide_default_launcher: true }, place, false], [{ hide_default_launcher: 'true' }, place, false],
    [{}, hidden, false], [{ hide_default_launcher: false }, hidden, true], [{ hide_default_launcher: 'false' }, hidden, true],
    [{ widget: { activator: '#IntercomDefaultWidget' } }, hidden, true],
  ]) {
    const made = await page(watch, settings, where);
    assert.equal(await made.locator(LAUNCHER).count(), shown ? 1 : 0, JSON.stringify(settings));
  }
});

browserTest('hide_default_launcher by update, there and back', async (watch) => {
  const made = await page(watch, {});
  await intercom(made, 'update', { hide_default_launcher: true });
  assert.equal(await made.locator(LAUNCHER).count(), 0);
  await intercom(made, 'update', { hide_default_launcher: false });
  await made.locator(LAUNCHER).waitFor();
});

for (const settings of [{ custom_launcher_selector: '.mine' }, { widget: { activator: '.mine' } }])
  browserTest(`${Object.keys(settings)[0]}: any number of elements, also later ones, links are not followed`, async (watch) => {
    const made = await page(watch, settings);
    await made.evaluate(() => {
      const texts = ['<a class="mine" href="mailto:a@example.com">one</a>', '<button class="mine"><b>two</b></button>'];
      for (const text of texts) document.body.insertAdjacentHTML('beforeend', text);
    });
    for (const name of ['one', 'two']) {
      await made.getByText(name, { exact: true }).click();
      await made.locator(FRAME).waitFor();
      await intercom(made, 'hide');
      await made.locator(FRAME).waitFor({ state: 'hidden' });
    }
  });

browserTest('custom_launcher_selector: one that is no selector breaks nothing; another one by update', async (watch) => {
  const made = await page(watch, { custom_launcher_selector: '##[', hide_default_launcher: true });
  await made.locator('#own-launcher').click();
  assert.equal(await made.locator(FRAME).count(), 0);
  await intercom(made, 'update', { custom_launcher_selector: '#own-launcher' });
  await made.locator('#own-launcher').click();
  await made.locator(FRAME).waitFor();
});

for (const [given, expected] of [
  ['#123456', 'rgb(18, 52, 86)'], ['rebeccapurple', 'rgb(102, 51, 153)'], ['rgb(1,2,3)', 'rgb(1, 2, 3)'],
  ['red}*{display:none', 'rgb(11, 87, 208)'], [7, 'rgb(11, 87, 208)'],
])
  browserTest(`action_color ${given}`, async (watch) => assert.equal(await colour(await page(watch, { action_color: given })), expected));

browserTest('what the workspace says holds where the page says nothing', async (watch) => {
  const made = await page(watch, { hide_default_launcher: false }, hidden);
  assert.equal(await colour(made), 'rgb(0, 170, 0)');
  assert.equal((await corner(made)).left, 20);
});

browserTest('settings about the person and the Messenger reach the frame as they are, at boot and by update', async (watch) => {
  const given = {
    theme_mode: 'dark', language_override: 'de', messenger_style_id: '12', hide_notifications: true, background_color: '#fff',
    link_color: '#00f', auth_tokens: { a: 'b' }, installation_type: 'rails', name: 'Ada', phone: '1', created_at: 1.5, email: 'a@example.com',
    avatar: { type: 'avatar', image_url: 'https://example.com/a.png' }, company: { company_id: 1, name: 'X', plan: { a: 1 } },
    companies: [{ company_id: 1 }], unsubscribed_from_emails: true, utm_source: 'x', user_hash: '00', increments: { visits: 1 },
    plan: 'pro', seats: 3, trial: false, nothing: null, blank: '',
  };
  const made = await page(watch, given);
  const frame = await frameOf(made);
  assert.deepEqual({ ...(await told(frame)), doorstep_events: undefined }, { app_id: 'test', ...given, doorstep_events: undefined });
  await intercom(made, 'update', { theme_mode: 'system', plan: null });
  const settings = await until(() => told(frame), (s) => s.theme_mode === 'system', 'theme');
  assert.deepEqual([settings.plan, settings.seats], [null, 3]);
});

browserTest('what JSON cannot carry costs nothing else', async (watch) => {
  const made = await place.open(watch, 'manual.html');
  await made.evaluate(() => {
    const settings = { app_id: 'test', user_id: 1, f() {}, u: undefined, n: NaN, d: new Date(0) };
    settings.cycle = settings;
    Object.defineProperty(settings, 'thrown', { enumerable: true, get() { throw new Error('no'); } });
    Intercom('boot', Object.freeze(settings));
  });
  const settings = await told(await frameOf(made));
  assert.deepEqual(settings, { app_id: 'test', user_id: 1, n: null, d: '1970-01-01T00:00:00.000Z', doorstep_events: [] });
});

for (const value of ['', 'undefined', 'null', ' ', null, undefined])
  browserTest(`user_id and email ${JSON.stringify(value)}: nobody, so nothing is fetched`, async (watch) => {
    const made = await page(watch, { user_id: value, email: value });
    let done = 0;
    await intercom(made, 'update', { user_id: value, n: (done += 1) });
    await made.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    assert.deepEqual(place.stub.paths, ['/widget/test']);
    await intercom(made, 'ready');
    await made.evaluate(() => new Promise((resolve) => Intercom('ready', resolve)));
  });

browserTest('another spelling of the same person is no other person', async (watch) => {
  const made = await page(watch, { user_id: 7, email: 'Ada@example.com' });
  await frameOf(made);
  await intercom(made, 'update', { user_id: '7' });
  await intercom(made, 'boot', { app_id: 'test', email: 'ADA@example.com' });
  await intercom(made, 'boot', { app_id: 'test', user_id: 'undefined', email: 'ada@example.com' });
  assert.equal(place.stub.shutdowns.length, 0);
  await intercom(made, 'boot', { app_id: 'test', email: 'bob@example.com' });
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'the other person');
});

browserTest("session_duration is the frame's to reckon: the cookie lasts as long as it says", async (watch) => {
  const made = await page(watch, { user_id: 1 });
  const frame = await frameOf(made);
  await frame.evaluate(() => say({ type: 'session', token: 't', max_age: 300 }));
  await made.waitForFunction(() => document.cookie.includes('intercom-session-test'));
  const left = (await cookies(made))['intercom-session-test'].expires - Date.now() / 1000;
  assert.ok(left > 200 && left <= 301, `${left}`);
});

browserTest('page_title: beats the document; without it the title as it is', async (watch) => {
  const made = await page(watch, { user_id: 1, page_title: 'Checkout' });
  const frame = await frameOf(made);
  assert.equal((await heard(frame))[0].page.title, 'Checkout');
  await intercom(made, 'update', { page_title: null });
  await until(() => heard(frame), (list) => list.at(-1).page?.title === 'Site that boots by itself', 'title');
});

browserTest('the page as the frame hears it: address with its route, without other fragments; at each update', async (watch) => {
  const made = await page(watch, { user_id: 1 });
  const frame = await frameOf(made);
  for (const [hash, expected] of [['#/a/b?secret=1', '#/a/b'], ['#!/c', '#!/c'], ['#access_token=secret', ''], ['#top', '']]) {
    await made.evaluate((to) => {
      location.hash = to;
      Intercom('update');
    }, hash);
    await until(() => heard(frame), (list) => new URL(list.at(-1).page?.url ?? 'x:').hash === expected, hash);
  }
});

for (const name of ['intercomSettings', 'IntercomSettings'])
  browserTest(`window.${name} boots the page by itself and is never changed (M§3.5)`, async (watch) => {
    const made = await place.open(watch, `global.html?name=${name}`);
    await made.locator(LAUNCHER).waitFor();
    await intercom(made, 'update', { plan: 'pro' });
    assert.deepEqual(await made.evaluate((key) => window[key], name), { app_id: 'test', alignment: 'left' });
    assert.equal((await corner(made)).left, 20);
  });

browserTest('api_base: Intercom\'s own hosts and no address at all say nothing; another host is the server', async (watch) => {
  for (const base of ['https://api-iam.intercom.io', 'https://x.intercom-messenger.com', undefined, 'not an address', 7]) {
    const made = await page(watch, { api_base: base });
    await intercom(made, 'show');
    await frameOf(made);
  }
  const port = new URL(place.stub.origin).port;
  const made = await page(watch, { api_base: `http://127.0.0.1:${port}/` });
  await intercom(made, 'show');
  const src = await made.locator(FRAME).getAttribute('src');
  assert.equal(src, `http://127.0.0.1:${port}/frame/test`);
});

browserTest('what the page said for one person is not the next one\'s; looks of the page are', async (watch) => {
  const made = await place.open(watch, 'manual.html');
  await made.evaluate(() => {
    window.intercomSettings = { app_id: 'test', user_id: 'ada', name: 'Ada', plan: 'pro', alignment: 'left', user_hash: '00' };
    Intercom('boot');
    Intercom('shutdown');
    Intercom('boot', { app_id: 'test', user_id: 'bob' });
  });
  const { doorstep_events: _, ...settings } = await told(await frameOf(made));
  assert.deepEqual(settings, { app_id: 'test', user_id: 'bob', alignment: 'left' });
});

browserTest('intercomEncryptedPayload (M§3.4) goes to the server, and names a person', async (watch) => {
  const made = await place.open(watch, 'manual.html');
  await made.evaluate(() => {
    window.intercomEncryptedPayload = 'c2VhbGVk';
    Intercom('boot', undefined);
  });
  assert.equal((await told(await frameOf(made))).intercomEncryptedPayload, 'c2VhbGVk');
});
