// A wrong app id: the page is untouched, the developer is told.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';

const place = town();

browserTest('an unknown app id is a warning and nothing else', async (watch) => {
  const page = await (await watch.person()).newPage();
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await page.goto(`${place.site.origin}/index.html?app=nobody`);
  await until(() => warnings.length, (count) => count > 0, 'a warning');
  assert.match(warnings.join(), /app.?id/i);
  assert.equal(await page.locator('.intercom-lightweight-app, iframe').count(), 0);
});
