// Phones: the panel fills the screen, the page behind it is left alone, the keyboard of the screen covers nothing.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
const PHONE = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const PANEL = 'div.intercom-messenger-frame';

/** A page long enough to scroll, on a phone. @param {import('../harness/browser.mjs').Watch} watch */
async function phone(watch) {
  const messenger = new Messenger(await (await watch.person(PHONE)).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.page.evaluate(() => {
    const long = document.createElement('div');
    Object.assign(long.style, { height: '3000px' });
    document.body.append(long);
    scrollTo(0, 400);
  });
  return messenger;
}

/** @param {Messenger} messenger */
const boxOf = (messenger) =>
  messenger.page.locator(PANEL).evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height].map(Math.round);
  });
/** @param {Messenger} messenger @param {number[]} box */
const fills = (messenger, box) => until(() => boxOf(messenger), (now) => String(now) === String(box), `the panel is at ${box}`);
/** What a site would miss: attributes and styles of the page's own elements, and where it stands. @param {Messenger} messenger */
const page = (messenger) =>
  messenger.page.evaluate(() => {
    const attributes = (element) => [...element.attributes].map(({ name, value }) => `${name}=${value}`);
    const { overflow, position, touchAction } = getComputedStyle(document.body);
    return [attributes(document.documentElement), attributes(document.body), overflow, position, touchAction, scrollY,
      document.querySelector('meta[name=viewport]').content, history.length];
  });

browserTest('the panel fills the screen; the page behind is not changed and does not move', async (watch) => {
  const messenger = await phone(watch);
  const before = await page(messenger);
  await messenger.launcher.tap();
  await messenger.newConversation();
  await fills(messenger, [0, 0, 390, 760]);
  assert.deepEqual(await page(messenger), before);
  assert.ok(await messenger.composer.evaluate((field) => parseFloat(getComputedStyle(field).fontSize)) >= 16, 'no zoom on focus');

  // Beyond the ends of what scrolls in the panel.
  await messenger.write('hello');
  await messenger.delivered('hello');
  const cdp = await messenger.page.context().newCDPSession(messenger.page);
  for (const yDistance of [-500, 500]) {
    await cdp.send('Input.synthesizeScrollGesture', { x: 195, y: 300, yDistance, gestureSourceType: 'touch' });
  }
  assert.deepEqual(await page(messenger), before);

  await messenger.frame.getByRole('button', { name: 'Close' }).tap();
  await until(() => messenger.page.locator(PANEL).evaluate((element) => getComputedStyle(element).visibility), (now) => now === 'hidden', 'closed');
  assert.deepEqual(await page(messenger), before);
});

browserTest('a keyboard on the screen covers neither the composer nor the newest message', async (watch) => {
  const messenger = await phone(watch);
  await messenger.launcher.tap();
  await messenger.newConversation();
  await messenger.write('hello');
  await messenger.delivered('hello');
  // No keyboard comes in a test; what browsers say when there is one.
  const says = (height, offsetTop, scale = 1) =>
    messenger.page.evaluate((now) => {
      for (const name in now) Object.defineProperty(visualViewport, name, { value: now[name], configurable: true });
      visualViewport.dispatchEvent(new Event('resize'));
    }, { height, offsetTop, scale });
  await says(420, 0);
  await fills(messenger, [0, 0, 390, 420]);
  const composer = await messenger.composer.boundingBox();
  assert.ok(composer.y + composer.height <= 420, JSON.stringify(composer));
  const newest = await messenger.message('hello').boundingBox();
  assert.ok(newest.y + newest.height <= composer.y, JSON.stringify(newest));
  // iOS moves what is seen instead of making it smaller.
  await says(420, 130);
  await fills(messenger, [0, 130, 390, 420]);
  await says(380, 50, 2);
  await fills(messenger, [0, 0, 390, 760]);
  await says(760, 0);
  await fills(messenger, [0, 0, 390, 760]);
});

browserTest('turned around, the conversation is still there with what was typed', async (watch) => {
  const messenger = await phone(watch);
  await messenger.launcher.tap();
  await messenger.newConversation();
  await messenger.composer.fill('half a sent');
  await messenger.page.setViewportSize({ width: 760, height: 390 });
  await until(() => boxOf(messenger), ([left, top, width, height]) => width === 400 && left >= 0 && top >= 0 && top + height <= 390, 'beside the page');
  assert.equal(await messenger.composer.inputValue(), 'half a sent');
  const field = await messenger.composer.boundingBox();
  assert.ok(field.y + field.height <= 390);
  await messenger.page.setViewportSize({ width: 390, height: 760 });
  await fills(messenger, [0, 0, 390, 760]);
  assert.equal(await messenger.composer.inputValue(), 'half a sent');
});

browserTest('the way back leads to the page before, not through the panel', async (watch) => {
  const messenger = await phone(watch);
  await messenger.goto(`${place.site.origin}/second.html`);
  await messenger.launcher.tap();
  await messenger.newConversation();
  await messenger.page.goBack();
  assert.match(messenger.page.url(), /index\.html$/);
});

browserTest('what a phone\'s edges cover is left free', async (watch) => {
  const messenger = await phone(watch);
  await messenger.launcher.tap();
  await messenger.newConversation();
  const cdp = await messenger.page.context().newCDPSession(messenger.page);
  // The frame is another site's, and a page of its own to the browser's tools.
  const { targetInfos } = await cdp.send('Target.getTargets');
  const framed = targetInfos.some(({ type }) => type === 'iframe');
  const session = framed ? await messenger.page.context().newCDPSession(messenger.page.frame('intercom-messenger-frame')) : cdp;
  await session.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, bottom: 34 } });
  const padding = (selector, side) =>
    messenger.frame.locator(selector).evaluate((element, name) => parseFloat(getComputedStyle(element)[name]), side);
  await until(() => padding('.composer', 'paddingBottom'), (now) => now === 34, 'below the composer');
  assert.equal(await padding('.bar', 'paddingTop'), 47);
});
