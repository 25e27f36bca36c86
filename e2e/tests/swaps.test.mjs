// Pages that change under the script: bodies swapped as Turbo, htmx and pjax do it, the back/forward cache, the script
// twice, and a shutdown in the middle of each. Against a frame that only records; an exception fails the test by itself.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, cookies, frameOf, heard, intercom } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();

/** Ways to put another content in place of the page's. */
const SWAPS = {
  'the body replaced (Turbo)': () => document.documentElement.replaceChild(document.createElement('body'), document.body),
  'the body with copies of our elements (Turbo\'s cache)': () => {
    const copy = document.body.cloneNode(true);
    document.body.replaceWith(copy);
  },
  'the content of the body replaced (htmx)': () => {
    document.body.innerHTML = '<main><p>Another page</p></main>';
  },
  'the content replaced node by node (pjax)': () => document.body.replaceChildren(document.createElement('main'), document.createElement('p')),
};

const alive = async (page) => {
  await page.waitForFunction(() => document.querySelector('.intercom-launcher')?.shadowRoot);
  assert.equal(await page.locator(LAUNCHER).count(), 1);
  assert.ok((await page.locator(FRAME).count()) <= 1);
};
const gone = (page) => page.evaluate(() => document.querySelectorAll('[class*="intercom"], #intercom-container, iframe').length);

for (const [name, swap] of Object.entries(SWAPS)) {
  browserTest(`${name}, at rest: the launcher is there and works`, async (watch) => {
    const page = await place.open(watch);
    await page.evaluate(swap);
    await alive(page);
    assert.deepEqual(place.stub.paths, ['/widget/test']);
    await page.locator(LAUNCHER).click();
    await page.locator(FRAME).waitFor();
    await alive(page);
  });

  browserTest(`${name}, the panel open: open again, with what it showed`, async (watch) => {
    const page = await place.open(watch);
    await intercom(page, 'showNewMessage', 'kept');
    await frameOf(page);
    await page.evaluate(swap);
    await page.locator(FRAME).waitFor();
    await alive(page);
    assert.deepEqual((await heard(await frameOf(page)))[0].open, { at: 'new_message', text: 'kept' });
  });

  browserTest(`${name}, while the second part is on its way`, async (watch) => {
    const page = await place.open(watch);
    let release;
    place.stub.hold = new Promise((resolve) => (release = resolve));
    await page.locator(LAUNCHER).click();
    await page.waitForSelector(FRAME, { state: 'attached' });
    await page.evaluate(swap);
    release();
    await page.locator(FRAME).waitFor();
    await alive(page);
    await frameOf(page);
  });

  browserTest(`${name}, and shutdown before and after: nothing is left, nothing comes back`, async (watch) => {
    // A copy of the frame that is wiping its storage has no name by which we could know it.
    for (const first of name.includes('copies') ? ['swap'] : ['swap', 'shutdown']) {
      const page = await place.open(watch);
      await intercom(page, 'show');
      await frameOf(page);
      await page.evaluate(
        async ([order, text]) => {
          const change = new Function(`return (${text})()`);
          if (order === 'swap') change();
          await null;
          Intercom('shutdown');
          if (order === 'shutdown') change();
        },
        [first, String(swap)],
      );
      await until(() => gone(page), (count) => count === 0, first);
      assert.equal(await page.evaluate(() => Intercom.booted), false);
      await intercom(page, 'boot', { app_id: 'test' });
      await alive(page);
    }
  });
}

browserTest('a site that takes our launcher out means it', async (watch) => {
  const page = await place.open(watch);
  await page.evaluate(() => document.querySelector('.intercom-lightweight-app').remove());
  await page.evaluate(() => document.body.append(document.createElement('p')));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  assert.equal(await page.locator(LAUNCHER).count(), 0);
});

browserTest('the script runs again after a swap, as Turbo runs scripts of a new body: one of everything', async (watch) => {
  const page = await place.open(watch);
  await intercom(page, 'show');
  await frameOf(page);
  await page.evaluate((src) => {
    const body = document.createElement('body');
    const script = document.createElement('script');
    script.src = src;
    body.append(script);
    return new Promise((resolve) => {
      script.onload = resolve;
      document.documentElement.replaceChild(body, document.body);
    });
  }, `${place.stub.origin}/widget/test`);
  await booted(page);
  await page.locator(FRAME).waitFor();
  await alive(page);
  await intercom(page, 'shutdown');
  await until(() => gone(page), (count) => count === 0, 'gone');
});

browserTest('the script twice at the same time, and shutdown between: ends as the queue says', async (watch) => {
  const page = await place.open(watch, 'manual.html');
  await page.evaluate(async (src) => {
    const load = () =>
      new Promise((resolve) => {
        const script = document.createElement('script');
        script.src = src;
        script.onload = resolve;
        document.head.append(script);
      });
    const both = [load(), load()];
    Intercom('boot', { app_id: 'test' });
    Intercom('show');
    Intercom('shutdown');
    await Promise.all(both);
    Intercom('shutdown');
  }, `${place.stub.origin}/widget/test`);
  await until(() => gone(page), (count) => count === 0, 'gone');
  await intercom(page, 'boot', { app_id: 'test' });
  await alive(page);
});

/** A page of a browser that keeps pages it leaves. */
async function keeping(watch) {
  const context = await watch.person({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  return page;
}
/** There and back again, with something done meanwhile. */
async function away(page, meanwhile = () => {}) {
  await page.evaluate(() => {
    window.shown = [];
    addEventListener('pageshow', (event) => shown.push(event.persisted));
  });
  await page.goto(`${place.site.origin}/second.html`);
  await booted(page);
  await meanwhile();
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForFunction(() => window.shown?.length === 1);
  assert.deepEqual(await page.evaluate(() => shown), [true], 'it came from the cache');
}

browserTest('back/forward cache, at rest: the page that comes back works', async (watch) => {
  const page = await keeping(watch);
  await away(page);
  await alive(page);
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
});

browserTest('back/forward cache, the panel open: still there, still heard', async (watch) => {
  const page = await keeping(watch);
  await page.locator(LAUNCHER).click();
  await frameOf(page);
  await away(page);
  await alive(page);
  await page.locator(FRAME).waitFor();
  await intercom(page, 'hide');
  await page.locator(FRAME).waitFor({ state: 'hidden' });
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
});

browserTest('back/forward cache: a shutdown on another page meanwhile is a shutdown here', async (watch) => {
  const page = await keeping(watch);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await frame.evaluate(() => say({ type: 'session', token: 'token-b', max_age: 600 }));
  await page.waitForFunction(() => document.cookie.includes('token-b'));
  const id = (await cookies(page))['intercom-id-test'].value;
  await away(page, () => intercom(page, 'shutdown'));
  await until(() => gone(page), (count) => count === 0, 'gone');
  assert.equal(await page.evaluate(() => Intercom.booted), false);
  assert.deepEqual(place.stub.shutdowns.map(({ visitor_id }) => visitor_id), [id], 'once');
  await intercom(page, 'boot', { app_id: 'test' });
  assert.notEqual(await intercom(page, 'getVisitorId'), id);
});

browserTest('shutdown as the page is left: revoked all the same, and the next page starts anew', async (watch) => {
  const page = await keeping(watch);
  await page.locator(LAUNCHER).click();
  await frameOf(page);
  const id = (await cookies(page))['intercom-id-test'].value;
  await page.evaluate(() => addEventListener('pagehide', () => Intercom('shutdown')));
  await page.goto(`${place.site.origin}/second.html`);
  await booted(page);
  // Perhaps twice: the next page does not know whether the answer came.
  await until(() => place.stub.shutdowns.length, (n) => n > 0, 'revoked');
  assert.notEqual(await intercom(page, 'getVisitorId'), id);
  assert.ok(await page.locator(FRAME).isHidden());
});
