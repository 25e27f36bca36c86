// Every command of M§2, one test each: what it does, what it answers, what it says to the frame. Against a frame that only
// records; commands.test.mjs has the journeys through the real Messenger.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, cookies, frameOf, heard, intercom, told } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();

/** What the page may not do without somebody's intent: fetch anything, keep anything. */
async function untouched(page) {
  assert.deepEqual(place.stub.paths, ['/widget/test']);
  assert.equal(await page.locator('iframe').count(), 0);
  assert.deepEqual(await page.context().cookies(), []);
}

/** The open orders the frame got, the one in its first message too. */
const opened = (list) => list.flatMap(({ type, open }) => (open && (type === 'boot' || type === 'open') ? [open] : []));

/** Runs a command that shows something and gives what the frame was told to show. */
async function shows(watch, args, open) {
  const page = await place.open(watch);
  assert.equal(await intercom(page, ...args), undefined);
  const frame = await frameOf(page);
  await until(() => heard(frame), (list) => opened(list).length > 0, args[0]);
  assert.deepEqual(opened(await heard(frame)), [open]);
  await page.locator(FRAME).waitFor();
  return { page, frame };
}

/** Debug lines of the page. */
function debugs(page) {
  const lines = [];
  page.on('console', (message) => message.type() === 'debug' && lines.push(message.text()));
  return lines;
}

/** Events of the page's listeners, in `window.said`. */
const listen = (page, ...names) =>
  page.evaluate((list) => {
    window.said = [];
    for (const name of list) Intercom(name, (...args) => said.push([name, ...args]));
  }, names);
const said = (page) => page.evaluate(() => window.said);

browserTest('boot: starts with its settings; without app_id from the page or the script; the page keeps its own object', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  const given = await page.evaluate(() => {
    const settings = { name: 'Ada', user_id: 7 };
    const answer = Intercom('boot', settings);
    return [answer === undefined, JSON.stringify(settings), window.intercomSettings === undefined, Intercom.booted];
  });
  assert.deepEqual(given, [true, '{"name":"Ada","user_id":7}', true, true]);
  const settings = await told(await frameOf(page));
  assert.deepEqual([settings.name, settings.user_id], ['Ada', 7]);
});

browserTest('boot: APP_ID and appId are app_id (M§3.5)', async (watch) => {
  for (const name of ['app_id', 'APP_ID', 'appId']) {
    const page = await place.open(watch, 'manual.html');
    await page.evaluate((key) => Intercom('boot', { [key]: 'test' }), name);
    await booted(page);
    await page.locator(LAUNCHER).waitFor();
  }
});

browserTest('ready: registered before or after boot, called once, without arguments, when somebody unknown needs no answer', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await page.evaluate(() => {
    window.said = [];
    Intercom('ready', (...args) => said.push(['before', args.length]));
    Intercom('ready');
    Intercom('ready', 'no function');
    Intercom('boot', { app_id: 'test' });
    Intercom('ready', () => said.push(['after', 0]));
  });
  await page.waitForFunction(() => said.length === 2);
  assert.deepEqual(await said(page), [['before', 0], ['after', 0]]);
  await intercom(page, 'update', { a: 1 });
  assert.equal((await said(page)).length, 2);
});

browserTest('ready: of somebody known only when the server has said who it is', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await page.evaluate(() => {
    window.said = [];
    Intercom('boot', { app_id: 'test', user_id: 'ada' });
    Intercom('ready', () => said.push(Intercom('whoami').user_id));
  });
  const frame = await frameOf(page);
  assert.deepEqual(await said(page), []);
  await frame.evaluate(() => say({ type: 'person', person: { type: 'user', user_id: 'ada' } }));
  await page.waitForFunction(() => said.length === 1);
  assert.deepEqual(await said(page), ['ada']);
});

browserTest('shutdown: launcher, frame and listeners gone, cookies expired, revoked; twice and unbooted is nothing', async (watch) => {
  const page = await place.open(watch);
  await listen(page, 'onShow', 'onHide', 'onUnreadCountChange');
  await intercom(page, 'show');
  await frameOf(page);
  const { value: id } = (await cookies(page))['intercom-id-test'];
  assert.equal(await intercom(page, 'shutdown'), undefined);
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  assert.deepEqual(Object.keys(await cookies(page)), ['intercom-device-id-test']);
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revoked');
  assert.equal(place.stub.shutdowns[0].visitor_id, id);
  const before = await said(page);
  await intercom(page, 'shutdown');
  await intercom(page, 'show');
  assert.equal(await intercom(page, 'getVisitorId'), undefined);
  assert.deepEqual(await said(page), before, 'nobody listens any more');
  assert.equal(place.stub.shutdowns.length, 1);
  assert.equal(await page.evaluate(() => Intercom.booted), false, 'it does not boot again by itself');
});

browserTest('update: merges what it is given, reads the page settings without an argument, tells the page as it is now', async (watch) => {
  const page = await place.open(watch);
  await intercom(page, 'show');
  const frame = await frameOf(page);
  await page.evaluate(() => {
    history.pushState({}, '', '#/orders');
    document.title = 'Orders';
    Intercom('update', { plan: 'pro' });
  });
  const [, first] = await until(() => heard(frame), (list) => list.filter((m) => m.type === 'update').length === 1 && list, 'update');
  assert.equal(first.settings.plan, 'pro');
  assert.deepEqual([new URL(first.page.url).hash, first.page.title], ['#/orders', 'Orders']);
  await page.evaluate(() => {
    window.intercomSettings.seats = 3;
    Intercom('update', undefined);
  });
  await until(() => told(frame), (settings) => settings.seats === 3, 'page settings');
  assert.equal((await told(frame)).plan, 'pro', 'what was said before stays');
  await page.evaluate(() => Intercom('update', null));
  assert.equal(await intercom(page, 'update', { last_request_at: 1.5 }), undefined);
});

browserTest('update, unbooted: with an app id it boots; without it waits for the boot; without anything it does nothing', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await intercom(page, 'update');
  await intercom(page, 'update', { plan: 'pro', appId: 'test' });
  assert.equal(await page.evaluate(() => Intercom.booted), false);
  await intercom(page, 'boot', { app_id: 'test', user_id: 1 });
  assert.equal((await told(await frameOf(page))).plan, 'pro');
  await intercom(page, 'shutdown');
  await intercom(page, 'update', { app_id: 'test' });
  assert.equal(await page.evaluate(() => Intercom.booted), true);
});

browserTest('hide: the panel, not the launcher; of a shut panel nothing, not even a request', async (watch) => {
  const page = await place.open(watch);
  await listen(page, 'onHide');
  await intercom(page, 'hide');
  await untouched(page);
  await intercom(page, 'show');
  const frame = await frameOf(page);
  await intercom(page, 'hide');
  await page.locator(FRAME).waitFor({ state: 'hidden' });
  assert.equal((await heard(frame)).at(-1).type, 'close');
  assert.ok(await page.locator(LAUNCHER).isVisible());
  await intercom(page, 'hide');
  assert.deepEqual(await said(page), [['onHide']]);
});

browserTest('show: where the frame thinks best', (watch) => shows(watch, ['show'], { at: 'default' }));
browserTest('showMessages: the list', (watch) => shows(watch, ['showMessages', undefined], { at: 'messages' }));
browserTest('showNewMessage: an empty composer', (watch) => shows(watch, ['showNewMessage', undefined], { at: 'new_message', text: '' }));
browserTest('showNewMessage with a text: in the composer, not sent', async (watch) => {
  const { frame } = await shows(watch, ['showNewMessage', 'About <b>prices</b>'], { at: 'new_message', text: 'About <b>prices</b>' });
  assert.equal((await heard(frame)).some(({ type }) => type === 'send'), false);
});
browserTest('showConversation: by a number', (watch) => shows(watch, ['showConversation', 12], { at: 'conversation', id: '12' }));
browserTest('showConversation: by a text', (watch) => shows(watch, ['showConversation', '12'], { at: 'conversation', id: '12' }));
browserTest('showConversation without an id: the list', (watch) => shows(watch, ['showConversation'], { at: 'messages' }));
for (const space of ['home', 'help', 'news', 'tasks', 'tickets'])
  browserTest(`showSpace ${space}: home, as for a space that is off`, (watch) => shows(watch, ['showSpace', space], { at: 'home' }));
browserTest('showSpace messages: the list', (watch) => shows(watch, ['showSpace', 'messages'], { at: 'messages' }));
browserTest('showSpace with another value: nothing', async (watch) => {
  const page = await place.open(watch);
  for (const space of ['nowhere', undefined, 7, 'Home']) await intercom(page, 'showSpace', space);
  const frame = await frameOf(page);
  assert.deepEqual(opened(await heard(frame)), []);
  assert.equal(await page.locator(FRAME).isVisible(), false);
});

browserTest('startConversation: shown and sent at once, once, also before the frame is there', async (watch) => {
  const page = await place.open(watch);
  assert.equal(await intercom(page, 'startConversation', 'I would like a demo'), undefined);
  const frame = await frameOf(page);
  await until(() => heard(frame), (list) => list.some((m) => m.type === 'send'), 'send');
  await intercom(page, 'startConversation', 'And a price');
  const list = await until(() => heard(frame), (l) => l.filter((m) => m.type === 'send').length === 2, 'send');
  assert.deepEqual(list.map(({ type, text, open }) => [type, text ?? open.at]), [
    ['boot', 'new_message'], ['send', 'I would like a demo'], ['open', 'new_message'], ['send', 'And a price'],
  ]);
  await frame.evaluate(() => say({ type: 'screen', open: { at: 'conversation', id: '9' } }));
  await page.waitForFunction(() => sessionStorage['intercom.intercom-state-test'].includes('9'));
  await page.reload();
  assert.deepEqual(opened(await heard(await frameOf(page))), [{ at: 'conversation', id: '9' }], 'a reload sends nothing again');
});
browserTest('startConversation without a text: a new conversation', async (watch) => {
  const { frame } = await shows(watch, ['startConversation'], { at: 'new_message', text: '' });
  assert.equal((await heard(frame)).some(({ type }) => type === 'send'), false);
});

browserTest('onShow and onHide: any number, without arguments, kept over boot, shown once for two shows', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await listen(page, 'onShow', 'onShow', 'onHide');
  for (const nothing of [undefined, null, 'text']) await intercom(page, 'onShow', nothing);
  await intercom(page, 'boot', { app_id: 'test' });
  await intercom(page, 'show');
  await frameOf(page);
  await intercom(page, 'showMessages');
  await intercom(page, 'hide');
  await page.waitForFunction(() => said.length >= 3);
  assert.deepEqual(await said(page), [['onShow'], ['onShow'], ['onHide']]);
});

browserTest('onUnreadCountChange: the count at once, also unbooted, and at every change', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await listen(page, 'onUnreadCountChange');
  assert.deepEqual(await said(page), [['onUnreadCountChange', 0]]);
  await intercom(page, 'boot', { app_id: 'test', user_id: 1 });
  const frame = await frameOf(page);
  await frame.evaluate(() => [2, 2, 0].forEach((count) => say({ type: 'unread', count })));
  await page.waitForFunction(() => said.length === 3);
  assert.deepEqual((await said(page)).slice(1), [['onUnreadCountChange', 2], ['onUnreadCountChange', 0]]);
  await frame.evaluate(() => say({ type: 'unread', count: 4 }));
  await page.waitForFunction(() => said.length === 4);
  await page.evaluate(() => Intercom('onUnreadCountChange', (count) => said.push(['late', count])));
  assert.deepEqual((await said(page)).at(-1), ['late', 4]);
});

browserTest('onUserEmailSupplied: without arguments; undefined is tolerated', async (watch) => {
  const page = await place.open(watch);
  await listen(page, 'onUserEmailSupplied');
  await intercom(page, 'onUserEmailSupplied', undefined);
  await intercom(page, 'show');
  const frame = await frameOf(page);
  await frame.evaluate(() => say({ type: 'email_supplied' }));
  await page.waitForFunction(() => said.length === 1);
  assert.deepEqual(await said(page), [['onUserEmailSupplied']]);
});

browserTest('onActivatorClick: the launcher and the site\'s own (legacy)', async (watch) => {
  const page = await place.open(watch, 'old.html');
  await listen(page, 'onActivatorClick', 'onActivatorclick');
  await page.locator('#own-launcher').click();
  await page.locator(FRAME).waitFor();
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor({ state: 'hidden' });
  assert.deepEqual(await said(page), [['onActivatorClick'], ['onActivatorClick']]);
});

browserTest('a listener that throws is reported and disturbs nobody', async (watch) => {
  watch.expectError(/the site's own mistake/);
  const page = await place.open(watch);
  await page.evaluate(() => {
    window.said = [];
    Intercom('onShow', () => { throw new Error("the site's own mistake"); });
    Intercom('onShow', () => said.push('second'));
    Intercom('onUnreadCountChange', () => { throw new Error("the site's own mistake"); });
    Intercom('show');
  });
  await page.waitForFunction(() => said.length === 1);
  await page.locator(FRAME).waitFor();
});

browserTest('getVisitorId: at once, the cookie from then on; whoami: undefined until the server has answered, then a copy', async (watch) => {
  const page = await place.open(watch);
  assert.equal(await intercom(page, 'whoami'), undefined);
  const id = await intercom(page, 'getVisitorId');
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal((await cookies(page))['intercom-id-test'].value, id);
  assert.deepEqual(place.stub.paths, ['/widget/test'], 'it asks nobody');
  assert.equal(await intercom(page, 'getVisitorId', undefined), id);
  await intercom(page, 'show');
  const frame = await frameOf(page);
  assert.equal((await heard(frame))[0].visitor_id, id);
  await frame.evaluate(() => say({ type: 'person', person: { type: 'lead', email: 'a@example.com' } }));
  await page.waitForFunction(() => Intercom('whoami'));
  await page.evaluate(() => (Intercom('whoami').email = 'forged'));
  assert.deepEqual(await intercom(page, 'whoami'), { type: 'lead', email: 'a@example.com' });
});

for (const name of ['startTour', 'startSurvey', 'startChecklist', 'setAuthTokens', 'hideMessages', 'noSuchThing', 'constructor', '__proto__', 'toString'])
  browserTest(`${name}: nothing, one line for the developer, no request`, async (watch) => {
    const page = await place.open(watch);
    const lines = debugs(page);
    assert.equal(await intercom(page, name, 42), undefined);
    await until(() => lines.length, (n) => n === 1, 'the line');
    assert.ok(lines[0].includes(name), lines[0]);
    await untouched(page);
  });

for (const name of ['showArticle', 'showNews', 'showTicket'])
  browserTest(`${name}: home, as Intercom does for an id it does not know, and one line`, async (watch) => {
    const page = await place.open(watch);
    const lines = debugs(page);
    await intercom(page, name, '123');
    assert.deepEqual(opened(await heard(await frameOf(page))), [{ at: 'home' }]);
    await until(() => lines.length, (n) => n === 1, 'the line');
    assert.ok(lines[0].includes(name), lines[0]);
  });

browserTest('hideNotifications: told to the frame as the setting is, and kept', async (watch) => {
  const page = await place.open(watch);
  await intercom(page, 'hideNotifications', true);
  await untouched(page);
  await intercom(page, 'show');
  const frame = await frameOf(page);
  assert.equal((await told(frame)).hide_notifications, true);
  await intercom(page, 'hideNotifications', false);
  await until(() => told(frame), (settings) => settings.hide_notifications === false, 'shown again');
});

browserTest('reattach_activator: nothing is needed; an element made later works at once', async (watch) => {
  const page = await place.open(watch, 'old.html');
  const lines = debugs(page);
  await page.evaluate(() => {
    document.getElementById('own-launcher').remove();
    Intercom('reattach_activator');
    const late = document.createElement('a');
    Object.assign(late, { id: 'own-launcher', href: 'mailto:team@example.com', innerHTML: '<b>Write</b>' });
    document.body.append(late);
  });
  await page.locator('#own-launcher b').click();
  await page.locator(FRAME).waitFor();
  await page.locator('#own-launcher b').click();
  assert.ok(await page.locator(FRAME).isVisible(), 'a second click shows, it does not shut');
  assert.deepEqual(lines, []);
});

browserTest('no command at all, or something odd in its place: nothing is thrown', async (watch) => {
  const page = await place.open(watch);
  const thrown = await page.evaluate(() => {
    const problems = [];
    for (const name of [undefined, null, 7, {}, [], Symbol('s'), () => {}, '', { toString: null }]) {
      try {
        Intercom(name, 1, 2);
      } catch (error) {
        problems.push(String(error));
      }
    }
    try {
      Intercom();
      Intercom.c([]);
      Intercom.c({});
      Intercom.q.push([], ['noSuchThing']);
    } catch (error) {
      problems.push(String(error));
    }
    return problems;
  });
  assert.deepEqual(thrown, []);
  await untouched(page);
});
