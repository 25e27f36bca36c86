// The packages themselves, unmodified, in a real browser that finds Doorstep under Intercom's host names: react-use-intercom
// with what its own suite asks of the real Messenger (M§1.8), and @intercom/messenger-js-sdk (M§1.3).
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { build } from 'esbuild';
import { openInbox, startDoorstep } from '../harness/doorstep.mjs';
import { browserTest, until } from '../harness/browser.mjs';
import { intercomHosts } from '../harness/intercom-hosts.mjs';
import { startSite } from '../harness/site.mjs';
import { FRAME, LAUNCHER, Messenger } from '../pages/messenger.mjs';

const place = {};
before(async () => {
  const bundle = async (name) => {
    const made = await build({
      entryPoints: [new URL(`../wrappers/${name}.js`, import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    return made.outputFiles[0].text;
  };
  place.server = await startDoorstep();
  place.grace = await openInbox(place.server);
  place.hosts = await intercomHosts(place.server.origin);
  place.site = await startSite({
    doorstep: 'https://widget.intercom.io',
    app: 'test',
    pages: { 'react.js': await bundle('react'), 'sdk.js': await bundle('sdk') },
  });
});
after(async () => {
  await place.site?.close();
  await place.hosts?.close();
  await place.server?.close();
});

/** A page with a wrapper: `react` with its provider's options, or `sdk` with its props. */
async function open(watch, page, query) {
  const context = await watch.person({ args: place.hosts.args });
  const messenger = new Messenger(await context.newPage());
  const search = query ? `?${page === 'react' ? 'options' : 'props'}=${encodeURIComponent(JSON.stringify(query))}` : '';
  place.hosts.paths.length = 0;
  place.hosts.blocked = false;
  await messenger.page.goto(`${place.site.origin}/${page}.html${search}`);
  await messenger.page.waitForFunction(() => window.mounted);
  return messenger;
}
const booted = (page) => page.waitForFunction(() => window.Intercom?.booted === true);
/** A function of the hook. */
const call = (page, name, ...args) => page.evaluate(([f, list]) => window.intercom[f](...list), [name, args]);
const scripts = (page) => page.locator('script[src*="widget.intercom.io"]').count();
const count = (pattern) => place.hosts.paths.filter((path) => pattern.test(path)).length;
const settings = (page) => page.evaluate(() => window.intercomSettings);

browserTest('react-use-intercom boots: launcher, settings as given, one request', async (watch) => {
  const { page } = await open(watch, 'react');
  assert.equal(await page.locator(LAUNCHER).count(), 0, 'nothing before boot');
  await call(page, 'boot');
  await page.locator('.intercom-lightweight-app-launcher-icon-open').waitFor();
  assert.deepEqual(await settings(page), { app_id: 'test' });
  assert.deepEqual(place.hosts.paths, ['GET widget.intercom.io/widget/test']);
});

browserTest('react-use-intercom boots with a name, and the settings stay as it wrote them', async (watch) => {
  const { page } = await open(watch, 'react', { autoBoot: true, autoBootProps: { name: 'Russo' } });
  await page.locator(LAUNCHER).waitFor();
  await booted(page);
  await call(page, 'show');
  await page.locator(FRAME).waitFor();
  assert.deepEqual(await settings(page), { app_id: 'test', name: 'Russo' });
});

browserTest('react-use-intercom: before boot update and show do nothing', async (watch) => {
  const { page } = await open(watch, 'react');
  await page.waitForFunction(() => window.Doorstep);
  await call(page, 'update', { name: 'x' });
  await call(page, 'show');
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  assert.equal(await page.locator(`${LAUNCHER}, iframe`).count(), 0);
});

browserTest('react-use-intercom: show and hide, with the frame\'s texts and callbacks', async (watch) => {
  const messenger = await open(watch, 'react', { autoBoot: true });
  const { page, frame } = messenger;
  await booted(page);
  await call(page, 'show');
  await messenger.iframe.waitFor();
  await frame.getByText('Send us a message').first().waitFor();
  await call(page, 'hide');
  await messenger.iframe.waitFor({ state: 'hidden' });
  await call(page, 'showMessages');
  await frame.getByText('Messages from the team will be shown here').waitFor();
  await call(page, 'showNewMessage');
  await frame.getByText('Ask us anything, or share your feedback.').waitFor();
  await frame.locator('button[data-testid="go-back"]').waitFor();
  await messenger.composer.waitFor();
  await call(page, 'showNewMessage', 'Hello from the site');
  await until(() => messenger.composer.inputValue(), (value) => value === 'Hello from the site', 'the prepared text');
  await call(page, 'showSpace', 'messages');
  await frame.getByText('Messages from the team will be shown here').waitFor();
  const said = await page.evaluate(() => window.said.map(([name]) => name).filter((name) => name !== 'unread'));
  assert.deepEqual(said, ['load', 'show', 'hide', 'show']);
});

browserTest('react-use-intercom: a message, its email, the callback once', async (watch) => {
  const messenger = await open(watch, 'react', { autoBoot: true });
  await booted(messenger.page);
  await call(messenger.page, 'show');
  await messenger.newConversation();
  await messenger.write('Hello');
  await messenger.emailTitle.waitFor();
  await messenger.emailField.fill('rui@example.com');
  await messenger.emailField.press('Enter');
  await messenger.page.waitForFunction(() => window.said.some(([name]) => name === 'email'));
  const said = await messenger.page.evaluate(() => window.said.filter(([name]) => name === 'email' || name === 'show'));
  assert.deepEqual(said.map(([name]) => name), ['show', 'email']);
});

browserTest('react-use-intercom: startConversation is in the inbox without another word', async (watch) => {
  const messenger = await open(watch, 'react', { autoBoot: true });
  await booted(messenger.page);
  await call(messenger.page, 'startConversation', 'I would like to see a demo');
  await messenger.delivered('I would like to see a demo');
  await until(() => place.grace.conversations(), (list) => list.some(({ preview }) => preview?.includes('see a demo')), 'in the inbox');
});

browserTest('react-use-intercom: shutdown takes the launcher and the settings away; boot again: each callback once', async (watch) => {
  const { page } = await open(watch, 'react', { autoBoot: true });
  await booted(page);
  await call(page, 'show');
  await page.locator(FRAME).waitFor();
  await call(page, 'shutdown');
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  assert.equal(await settings(page), undefined);
  await call(page, 'boot');
  await page.evaluate(() => (window.said.length = 0));
  await call(page, 'show');
  await page.locator(FRAME).waitFor();
  assert.deepEqual(await page.evaluate(() => window.said), [['show']]);
});

browserTest('react-use-intercom: hardShutdown deletes window.Intercom; a new provider loads and boots again', async (watch) => {
  const { page } = await open(watch, 'react', { autoBoot: true });
  await booted(page);
  await call(page, 'hardShutdown');
  assert.equal(await page.evaluate(() => typeof window.Intercom), 'undefined');
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  await page.evaluate(() => window.remount());
  await page.locator(LAUNCHER).waitFor();
  await booted(page);
  assert.equal(await page.locator(LAUNCHER).count(), 1);
});

browserTest('react-use-intercom: getVisitorId at once; tours, surveys, checklists and tokens are taken in silence', async (watch) => {
  const { page } = await open(watch, 'react', { autoBoot: true });
  await booted(page);
  assert.match(await call(page, 'getVisitorId'), /^[0-9a-f-]{36}$/);
  for (const name of ['startTour', 'startSurvey', 'startChecklist']) await call(page, name, 123);
  await call(page, 'setAuthTokens', { token: 'x' });
  await call(page, 'hideNotifications', true);
  await call(page, 'trackEvent', 'looked', { at: 'prices' });
  assert.equal(await page.locator('iframe').count(), 0);
});

browserTest('react-use-intercom: showArticle, showNews and showTicket lead home, showConversation of nobody\'s too', async (watch) => {
  const messenger = await open(watch, 'react', { autoBoot: true });
  await booted(messenger.page);
  for (const name of ['showArticle', 'showNews', 'showTicket', 'showConversation']) {
    await call(messenger.page, name, 123456);
    await messenger.frame.getByText('Send us a message').first().waitFor();
    await call(messenger.page, 'hide');
  }
});

browserTest('react-use-intercom: fifty updates and renders, one script, a bounded number of requests', async (watch) => {
  const messenger = await open(watch, 'react', { autoBoot: true, autoBootProps: { userId: 'rui-50' } });
  const { page } = messenger;
  await booted(page);
  await messenger.iframe.waitFor({ state: 'attached' });
  await until(() => count(/\/messenger\/test\/ping$/), (n) => n > 0, 'the first ping');
  await page.evaluate(async () => {
    for (let n = 0; n < 50; n += 1) {
      window.render();
      window.intercom.update(n % 2 ? {} : { customAttributes: { n } });
    }
  });
  await until(() => count(/\/messenger\/test\/ping$/), (n) => n >= 2, 'the updates\' ping');
  assert.equal(await scripts(page), 1);
  assert.ok(count(/\/ping$/) <= 4, String(count(/\/ping$/)));
});

browserTest('react-use-intercom: cross origin, and a nonce', async (watch) => {
  const { page } = await open(watch, 'react', { autoBoot: true, crossOrigin: 'anonymous', cspNonce: 'abc' });
  await booted(page);
  const [origin, nonce] = await page.evaluate(() => {
    const script = document.querySelector('script[src*="widget.intercom.io"]');
    return [script.crossOrigin, script.nonce];
  });
  assert.deepEqual([origin, nonce], ['anonymous', 'abc']);
  await page.waitForFunction(() => window.said.some(([name]) => name === 'load'));
});

browserTest('react-use-intercom: a script that is blocked is said, and the page goes on', async (watch) => {
  watch.expectError(/ERR_|Failed to load/);
  const context = await watch.person({ args: place.hosts.args });
  const page = await context.newPage();
  place.hosts.blocked = true;
  await page.goto(`${place.site.origin}/react.html?options=${encodeURIComponent('{"autoBoot":true}')}`);
  await page.waitForFunction(() => window.said?.some(([name]) => name === 'failed'));
  await call(page, 'show');
  assert.equal(await page.locator(LAUNCHER).count(), 0);
});

browserTest('messenger-js-sdk boots by itself, from Intercom\'s host, whatever api_base it writes', async (watch) => {
  for (const props of [{ app_id: 'test' }, { app_id: 'test', region: 'au' }, { app_id: 'test', region: 'eu', api_base: 'https://nowhere.example' }]) {
    const messenger = await open(watch, 'sdk', props);
    const { page } = messenger;
    await booted(page);
    assert.equal((await settings(page)).installation_type, 'npm-package');
    await page.evaluate(() => window.sdk.showNewMessage(undefined));
    await messenger.composer.waitFor();
    assert.equal(await page.locator('#_intercom_npm_loader').count(), 1);
    assert.ok(place.hosts.paths.every((path) => path.includes('widget.intercom.io')), String(place.hosts.paths));
  }
});

browserTest('messenger-js-sdk called at each render, fifty times: one script, one launcher, few pings', async (watch) => {
  const { page } = await open(watch, 'sdk', { app_id: 'test', user_id: 'sdk-50' });
  await page.evaluate(() => {
    for (let n = 0; n < 50; n += 1) window.sdk.Intercom({ app_id: 'test', user_id: 'sdk-50', n });
  });
  await booted(page);
  await until(() => count(/\/ping$/), (n) => n > 0, 'a ping');
  await page.evaluate(() => {
    for (let n = 0; n < 50; n += 1) window.sdk.Intercom({ app_id: 'test', user_id: 'sdk-50', n });
    return new Promise((resolve) => window.sdk.onUnreadCountChange(resolve));
  });
  assert.deepEqual([await scripts(page), await page.locator(LAUNCHER).count()], [1, 1]);
  assert.ok(count(/\/ping$/) <= 4, String(count(/\/ping$/)));
});

browserTest('messenger-js-sdk: each of its functions, without arguments and with', async (watch) => {
  watch.expectError(/trackEvent takes a name/);
  const messenger = await open(watch, 'sdk', { app_id: 'test' });
  const { page } = messenger;
  await booted(page);
  const answers = await page.evaluate(() => {
    const { sdk } = window;
    for (const name of ['onHide', 'onShow', 'onUnreadCountChange', 'onUserEmailSupplied']) sdk[name]((...args) => window.said.push([name, ...args]));
    for (const name of ['startTour', 'startSurvey', 'startChecklist', 'hideNotifications', 'trackEvent', 'update', 'hide']) sdk[name]();
    sdk.trackEvent('looked', { at: 'prices' });
    sdk.update({ plan: 'pro' });
    for (const name of ['show', 'showSpace', 'showMessages', 'showArticle', 'showNews', 'showTicket', 'showConversation']) sdk[name]('1');
    sdk.showNewMessage('Hello');
    return [typeof sdk.getVisitorId(), sdk.whoami()];
  });
  assert.equal(answers[1], undefined);
  await until(() => messenger.composer.inputValue(), (value) => value === 'Hello', 'the last command');
  await page.evaluate(() => window.sdk.hide());
  await page.waitForFunction(() => window.said.some(([name]) => name === 'onHide'));
  await page.waitForFunction(() => window.Intercom('whoami')?.type === 'visitor');
  await page.evaluate(() => window.sdk.shutdown());
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  await page.evaluate(() => window.sdk.boot({ app_id: 'test' }));
  await page.locator(LAUNCHER).waitFor();
});

browserTest('the queue before the script: anonymous, shutdown, user. It ends as the user, without an anonymous person', async (watch) => {
  const messenger = await open(watch, 'sdk');
  const { page } = messenger;
  await page.evaluate(() => {
    const { sdk } = window;
    sdk.Intercom({ app_id: 'test' });
    sdk.boot({ app_id: 'test' });
    sdk.shutdown();
    sdk.boot({ app_id: 'test', user_id: 'queued', name: 'Queued' });
  });
  await page.waitForFunction(() => window.Intercom('whoami')?.user_id === 'queued');
  assert.equal(count(/\/ping$/), 1);
});
