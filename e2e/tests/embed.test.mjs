// The embed script alone, against a frame that only records: commands, cookies, launcher, shutdown.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, frameOf, heard, intercom } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();

const cookies = async (context) => Object.fromEntries((await context.cookies()).map((c) => [c.name, c]));

browserTest('at rest: one request, nothing stored, the launcher in its place', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  const launcher = page.getByRole('button', { name: 'Open Intercom Messenger' });
  await launcher.waitFor();
  await page.waitForFunction(() => !document.querySelector('.intercom-launcher').getAnimations().length);
  assert.deepEqual(await launcher.boundingBox(), { x: 1132, y: 832, width: 48, height: 48 });
  assert.deepEqual(place.stub.paths, ['/widget/test']);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  assert.equal(await page.locator('[style]').count(), 0, 'no inline styles');
  assert.ok(await page.locator('.intercom-lightweight-app-launcher-icon-open').isVisible());
});

browserTest('booting throws nothing, not even what it would catch: on a slow phone an exception takes longer than drawing', async (watch) => {
  const page = await (await watch.person()).newPage();
  const debug = await page.context().newCDPSession(page);
  const ours = new Set();
  const thrown = [];
  debug.on('Debugger.scriptParsed', ({ scriptId, url }) => url.includes('/widget/') && ours.add(scriptId));
  debug.on('Debugger.paused', ({ callFrames, data }) => {
    if (callFrames.some(({ location }) => ours.has(location.scriptId))) thrown.push(data?.description);
    void debug.send('Debugger.resume');
  });
  await debug.send('Debugger.enable');
  await debug.send('Debugger.setPauseOnExceptions', { state: 'all' });
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).waitFor();
  await page.waitForFunction(() => !document.querySelector('.intercom-launcher').getAnimations().length);
  assert.deepEqual([ours.size, thrown], [1, []]);
});

browserTest('opening is the first act: cookies with the right attributes, the frame told, focus inside', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).focus();
  const frame = await frameOf(page);
  assert.deepEqual(await context.cookies(), [], 'intent is no act');
  assert.equal((await heard(frame))[0].open, null);
  await page.keyboard.press('Enter');
  await page.locator(FRAME).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'intercom-messenger-frame');
  const jar = await cookies(context);
  assert.deepEqual(Object.keys(jar).sort(), ['intercom-device-id-test', 'intercom-id-test']);
  for (const cookie of Object.values(jar)) {
    assert.match(cookie.value, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(cookie.sameSite, 'Lax');
    assert.equal(cookie.secure, false);
    const days = (cookie.expires - Date.now() / 1000) / 86400;
    assert.ok(days > 269 && days < 271, `${days} days`);
  }
  const [first] = await heard(frame);
  assert.equal(first.visitor_id, jar['intercom-id-test'].value);
  assert.equal(first.page.title, "Customer's site");
  assert.deepEqual(await until(() => heard(frame), (list) => list.length === 2, 'open'), [
    first,
    { type: 'open', open: { at: 'default' } },
  ]);
  const box = await page.locator('div.intercom-messenger-frame').boundingBox();
  await page.waitForFunction(() => !document.querySelector('div.intercom-messenger-frame').getAnimations().length);
  assert.deepEqual(await page.locator('div.intercom-messenger-frame').boundingBox(), { x: 780, y: 112, width: 400, height: 704 }, JSON.stringify(box));
  await page.getByRole('button', { name: 'Close Intercom Messenger' }).press('Escape');
  await page.locator(FRAME).waitFor({ state: 'hidden' });
});

browserTest('the frame closes the panel: focus goes back to the launcher', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).press(' ');
  const frame = await frameOf(page);
  await frame.locator('#inside').focus();
  await frame.evaluate(() => window.say({ type: 'panel', open: false }));
  await page.locator(FRAME).waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.activeElement.matches('.intercom-launcher'));
});

browserTest('the command table: listeners, show variants, identity, unknown names', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  const settings = await page.evaluate(() => JSON.stringify(window.intercomSettings));
  await page.evaluate(() => {
    window.log = [];
    for (const n of [1, 2]) {
      Intercom('onShow', () => log.push(`show ${n}`));
      Intercom('onHide', () => log.push(`hide ${n}`));
      Intercom('onUnreadCountChange', (count) => log.push(`unread ${n} ${count}`));
      Intercom('onUserEmailSupplied', (...args) => log.push(`email ${n} ${args.length}`));
    }
    Intercom('onShow');
    Intercom('onUserEmailSupplied', undefined);
    Intercom('ready', () => log.push('ready'));
  });
  await page.waitForFunction(() => window.log.includes('ready'));
  assert.deepEqual(await page.evaluate(() => log.splice(0)), ['unread 1 0', 'unread 2 0', 'ready']);
  const id = await intercom(page, 'getVisitorId');
  assert.equal((await cookies(context))['intercom-id-test'].value, id);
  assert.equal(await intercom(page, 'whoami'), undefined);
  for (const name of ['hideMessages', 'constructor', '__proto__']) await intercom(page, name, 'x');
  await page.evaluate(() => Intercom());

  await intercom(page, 'showMessages');
  const frame = await frameOf(page);
  await intercom(page, 'showNewMessage', 'About <b>prices</b>');
  await intercom(page, 'showNewMessage', null);
  await intercom(page, 'showSpace', 'help');
  await intercom(page, 'showSpace', 'nowhere');
  await intercom(page, 'hide', undefined);
  await page.locator(FRAME).waitFor({ state: 'hidden' });
  const list = await until(() => heard(frame), (l) => l.at(-1).type === 'close', 'close');
  assert.deepEqual(list[0].open, { at: 'messages' });
  assert.deepEqual(list.slice(1), [
    { type: 'open', open: { at: 'new_message', text: 'About <b>prices</b>' } },
    { type: 'open', open: { at: 'new_message', text: '' } },
    { type: 'open', open: { at: 'home' } },
    { type: 'close' },
  ]);
  await frame.evaluate(() => {
    say({ type: 'unread', count: 2 });
    say({ type: 'unread', count: 2 });
    say({ type: 'email_supplied' });
    say({ type: 'person', person: { type: 'lead', email: 'a@example.com' } });
  });
  await page.waitForFunction(() => Intercom('whoami')?.email === 'a@example.com');
  assert.deepEqual(await page.evaluate(() => log.splice(0)), [
    'show 1', 'show 2', 'hide 1', 'hide 2', 'unread 1 2', 'unread 2 2', 'email 1 0', 'email 2 0',
  ]);
  assert.equal(await page.evaluate(() => JSON.stringify(window.intercomSettings)), settings, 'never changed');
});

browserTest('the queue is replayed in order: boot, shutdown, boot ends as the last person, without an anonymous frame', async (watch) => {
  const page = await (await watch.person()).newPage();
  const queue = [['update', { appId: 'test', plan: 'pro' }], ['boot', {}], ['shutdown'], ['boot', { APP_ID: 'test', user_id: 7 }], ['show', undefined]];
  await page.goto(`${place.site.origin}/manual.html?queue=${encodeURIComponent(JSON.stringify(queue))}`);
  const frame = await frameOf(page);
  const [first] = await heard(frame);
  assert.equal(first.settings.user_id, 7);
  assert.equal(first.settings.plan, undefined, 'shutdown clears what was pending');
  assert.deepEqual(first.open, { at: 'default' });
  assert.equal(place.stub.paths.filter((path) => path === '/frame/test').length, 1);
});

browserTest('nothing boots without a word: no settings, no boot, no launcher; update with an app id boots', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  await intercom(page, 'show');
  await intercom(page, 'update', { appId: 'test', name: 'pending' });
  assert.equal(await page.evaluate(() => Intercom.booted), false);
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  assert.equal(await intercom(page, 'getVisitorId'), undefined);
  await intercom(page, 'shutdown');
  assert.deepEqual(place.stub.paths, ['/widget/test'], 'nobody to end, nothing to say');
  assert.deepEqual(await context.cookies(), []);
  await intercom(page, 'update', { app_id: 'test' });
  await page.locator(LAUNCHER).waitFor();
  assert.equal(await page.evaluate(() => Intercom.booted), true);
});

browserTest('the script runs again: same DOM, a new function, the queue drained', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  await page.evaluate(async () => {
    window.first = window.Intercom;
    delete window.Intercom;
    const stub = (...args) => stub.queue.push(args);
    stub.queue = [];
    window.Intercom = stub;
    window.Intercom('showMessages');
    const script = document.createElement('script');
    script.src = document.querySelector('script[src*="/widget/"]').src;
    document.head.append(script);
    await new Promise((resolve) => (script.onload = resolve));
  });
  assert.equal(await page.evaluate(() => Intercom !== first && Intercom.booted), true);
  const frame = await frameOf(page);
  assert.deepEqual((await heard(frame))[0].open, { at: 'messages' });
  assert.equal(await page.locator(LAUNCHER).count(), 1);
  assert.equal(await page.locator(FRAME).count(), 1);
});

browserTest('boot over a live visitor is an update; another user ends the first one', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await intercom(page, 'boot', { user_id: 'ada' });
  const list = await until(() => heard(frame), (l) => l.some((m) => m.type === 'update'), 'update');
  assert.equal(list.find((m) => m.type === 'update').settings.user_id, 'ada');
  assert.equal(await page.locator(FRAME).isVisible(), true, 'the panel stays open (P9)');
  const before = (await cookies(context))['intercom-id-test'].value;
  await page.evaluate(() => {
    window.shown = 0;
    Intercom('onShow', () => (window.shown += 1));
    Intercom('boot', { user_id: 'bob' });
  });
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revocation');
  assert.equal(place.stub.shutdowns[0].visitor_id, before);
  await intercom(page, 'show');
  const second = await frameOf(page);
  const [boot] = await heard(second);
  assert.equal(boot.settings.user_id, 'bob');
  assert.notEqual(boot.visitor_id, before);
  assert.equal(await page.evaluate(() => window.shown), 1, 'listeners are kept');
});

browserTest('the frame of somebody known draws its panel when somebody comes near', async (watch) => {
  const page = await place.open(watch);
  await intercom(page, 'boot', { user_id: 'ada' });
  const frame = await frameOf(page);
  assert.equal((await heard(frame))[0].near, false);
  await page.hover(LAUNCHER);
  await until(() => heard(frame), (list) => list.some((message) => message.type === 'near'), 'word of it');
  await page.locator(LAUNCHER).click();
  await until(() => heard(frame), (list) => list.some((message) => message.type === 'open'), 'the opening');
  assert.equal((await heard(frame)).filter((message) => message.type === 'near').length, 1, 'said once');
});

browserTest('what was said to a frame that then failed is said to the next one, once', async (watch) => {
  const page = await place.open(watch);
  place.stub.mute = true;
  const sent = async () => (await heard(await frameOf(page))).filter((message) => message.type === 'send').map(({ text }) => text);
  /** A frame that is moved starts anew. */
  const anew = async () => {
    const before = place.asked('/frame/test');
    await page.evaluate(() => document.body.append(document.querySelector('#intercom-container')));
    await until(() => place.asked('/frame/test'), (count) => count > before, 'another frame');
  };
  await intercom(page, 'startConversation', 'Hello');
  await until(sent, (texts) => texts.length === 1, 'the first frame');
  place.stub.mute = false;
  await anew();
  await until(sent, (texts) => texts.join() === 'Hello', 'the second frame');
  await anew();
  await frameOf(page);
  assert.deepEqual(await sent(), []);
});

browserTest('shutdown takes a frame away that is still loading, before it begins with who is gone', async (watch) => {
  const page = await place.open(watch);
  place.stub.mute = true;
  await intercom(page, 'boot', { user_id: 'ada' });
  await intercom(page, 'show');
  await frameOf(page);
  const left = await page.evaluate(() => {
    Intercom('shutdown');
    return document.querySelectorAll('iframe').length;
  });
  assert.equal(left, 0);
  await until(() => place.asked('/frame/test/wipe'), (count) => count === 1, 'its storage is wiped');
});

browserTest('a frame made because somebody comes near draws at once', async (watch) => {
  const page = await place.open(watch);
  await page.hover(LAUNCHER);
  const frame = await frameOf(page);
  const [boot] = await heard(frame);
  assert.deepEqual([boot.near, boot.open], [true, null]);
});

browserTest('a thousand updates are one message', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await page.evaluate(() => {
    for (let n = 0; n < 1000; n += 1) Intercom('update', { n });
  });
  const list = await until(() => heard(frame), (l) => l.some((m) => m.type === 'update'), 'update');
  const updates = list.filter((m) => m.type === 'update');
  assert.equal(updates.length, 1);
  assert.equal(updates[0].settings.n, 999);
});

browserTest('the open panel survives a page change and a swapped body', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await frame.evaluate(() => say({ type: 'screen', open: { at: 'conversation', id: '12' } }));
  await page.waitForFunction(() => sessionStorage['intercom.intercom-state-test']?.includes('12'));
  await page.locator('#next').click();
  await page.waitForURL(/second/);
  const next = await frameOf(page);
  assert.deepEqual((await heard(next))[0].open, { at: 'conversation', id: '12' });
  await page.locator(FRAME).waitFor();
  await page.evaluate(() => document.documentElement.replaceChild(document.createElement('body'), document.body));
  await page.locator(LAUNCHER).waitFor();
  const swapped = await frameOf(page);
  assert.deepEqual((await heard(swapped))[0].open, { at: 'conversation', id: '12' });
});

browserTest('shutdown, in every tab: revoked, wiped, nothing left, listeners dropped', async (watch) => {
  const context = await watch.person();
  const [page, other] = [await context.newPage(), await context.newPage()];
  for (const tab of [page, other]) {
    await tab.goto(`${place.site.origin}/index.html`);
    await tab.locator(LAUNCHER).click();
    const frame = await frameOf(tab);
    await frame.evaluate(() => {
      localStorage.setItem('doorstep.test.draft', 'secret');
      say({ type: 'session', token: 'token-1', max_age: 600 });
    });
    await tab.waitForFunction(() => document.cookie.includes('token-1'));
    await tab.evaluate(() => {
      window.calls = 0;
      Intercom('onShow', () => (window.calls += 1));
    });
  }
  const jar = await cookies(context);
  await intercom(page, 'shutdown');
  assert.equal(await page.locator(LAUNCHER).count(), 0, 'at once');
  for (const tab of [page, other]) {
    await tab.locator(LAUNCHER).waitFor({ state: 'detached' });
    await tab.locator('iframe').waitFor({ state: 'detached' });
    await tab.waitForFunction(() => localStorage.length + sessionStorage.length === 0);
    assert.equal(await tab.evaluate(() => Intercom.booted), false);
    assert.equal(await tab.locator('#intercom-container').count(), 0);
  }
  assert.deepEqual(place.stub.shutdowns, [{ session: 'token-1', visitor_id: jar['intercom-id-test'].value }]);
  const left = await cookies(context);
  assert.deepEqual(Object.keys(left), ['intercom-device-id-test']);
  await intercom(page, 'shutdown');
  await intercom(page, 'boot', { app_id: 'test' });
  await intercom(page, 'show');
  const frame = await frameOf(page);
  assert.equal(await frame.evaluate(() => localStorage.length), 0);
  const [boot] = await heard(frame);
  assert.notEqual(boot.visitor_id, jar['intercom-id-test'].value);
  assert.equal(boot.device_id, jar['intercom-device-id-test'].value);
  assert.equal(boot.session, null);
  assert.equal(await page.evaluate(() => window.calls), 0);
});

const PAYERS = {
  'the next boot': (page) => page.goto(`${place.site.origin}/index.html`),
  'a shutdown of nobody': async (page) => {
    await page.goto(`${place.site.origin}/manual.html`);
    await page.waitForFunction(() => window.Doorstep);
    await intercom(page, 'shutdown');
  },
};
for (const [name, pay] of Object.entries(PAYERS)) browserTest(`shutdown without its server is owed, and paid by ${name}, before another frame`, async (watch) => {
  watch.expectError(/503|ERR_/);
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await frame.evaluate(() => say({ type: 'session', token: 'token-2', max_age: 600 }));
  await page.waitForFunction(() => document.cookie.includes('token-2'));
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  place.stub.broken = true;
  // Not booted here: what the page before left behind goes all the same.
  await intercom(page, 'shutdown');
  assert.deepEqual(Object.keys(await cookies(context)), ['intercom-device-id-test']);
  await page.locator('iframe').waitFor({ state: 'detached' });
  await page.waitForFunction(() => localStorage['intercom.doorstep-revoke-test']?.includes('token-2'));
  place.stub.broken = false;
  await pay(page);
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revocation');
  assert.equal(place.stub.shutdowns[0].session, 'token-2');
  await page.waitForFunction(() => localStorage.length === 0);
});

browserTest('a site that deletes the cookies itself: the page notices when it is shown again', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  await frameOf(page);
  await context.clearCookies({ name: 'intercom-id-test' });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.locator(LAUNCHER).waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => Intercom.booted), false);
});

browserTest('strict policy: no violation', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/strict.html`);
  await page.locator(LAUNCHER).click();
  await frameOf(page);
  await page.locator(FRAME).waitFor();
  await intercom(page, 'shutdown');
  await page.locator('iframe').waitFor({ state: 'detached' });
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

browserTest('blocked cookies and storage: works for the life of the page', async (watch) => {
  const page = await (await watch.person({ private: true })).newPage();
  await page.goto(`${place.site.origin}/sandbox.html`);
  const sandbox = await (await page.waitForSelector('iframe[name=sandbox]')).contentFrame();
  await sandbox.waitForFunction(() => window.Intercom?.booted);
  const id = await sandbox.evaluate(() => Intercom('getVisitorId'));
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(await sandbox.evaluate(() => Intercom('getVisitorId')), id);
  await sandbox.locator(LAUNCHER).click();
  const frame = await frameOf(sandbox);
  assert.equal((await heard(frame))[0].visitor_id, id);
  await sandbox.evaluate(() => Intercom('shutdown'));
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revocation');
  await sandbox.evaluate(() => Intercom('boot'));
  assert.notEqual(await sandbox.evaluate(() => Intercom('getVisitorId')), id);
});

browserTest('settings: a custom launcher, the left side, paddings, an invalid colour, a site that styles us', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/old.html`);
  await page.locator('#own-launcher').click();
  await page.locator(FRAME).waitFor();
  assert.match(page.url(), /old\.html$/, 'the link was not followed');
  await intercom(page, 'update', {
    alignment: 'left', horizontal_padding: 40, vertical_padding: '60', action_color: 'red}*{display:none', z_index: 40,
  });
  await page.waitForFunction(() => !document.querySelector('.intercom-launcher').getAnimations().length);
  assert.deepEqual(await page.locator(LAUNCHER).boundingBox(), { x: 40, y: 792, width: 48, height: 48 });
  await page.addStyleTag({ content: '.intercom-lightweight-app-launcher{bottom:100px !important}' });
  assert.equal((await page.locator(LAUNCHER).boundingBox()).y, 752);
  await intercom(page, 'update', { hide_default_launcher: true });
  await page.locator(LAUNCHER).waitFor({ state: 'detached' });
});

browserTest('on a phone the panel fills the screen and the body is left alone', async (watch) => {
  const page = await (await watch.person({ viewport: { width: 390, height: 800 } })).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  const before = await page.evaluate(() => [document.body.outerHTML.split('>')[0], document.documentElement.className]);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  assert.equal((await heard(frame))[0].mobile, true);
  await page.waitForFunction(() => !document.querySelector('div.intercom-messenger-frame').getAnimations().length);
  assert.deepEqual(await page.locator('div.intercom-messenger-frame').boundingBox(), { x: 0, y: 0, width: 390, height: 800 });
  assert.deepEqual(
    await page.evaluate(() => [document.body.outerHTML.split('>')[0], document.documentElement.className]),
    before,
  );
  await page.setViewportSize({ width: 900, height: 800 });
  await until(() => heard(frame), (l) => l.some((m) => m.type === 'mobile' && !m.mobile), 'desktop');
});

browserTest('a message that is not from our frame is not heard', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).focus();
  await frameOf(page);
  const answered = await page.evaluate(async () => {
    const intruder = document.createElement('iframe');
    intruder.srcdoc = `<script>addEventListener('message', (e) => e.data === 'doorstep:port' && parent.got(true));
      parent.postMessage('doorstep:hello', '*'); parent.postMessage('last', '*')</` + `script>`;
    window.got = () => (window.leaked = true);
    const last = new Promise((resolve) => addEventListener('message', (e) => e.data === 'last' && resolve()));
    document.body.append(intruder);
    await last;
    return !!window.leaked;
  });
  assert.equal(answered, false);
});
