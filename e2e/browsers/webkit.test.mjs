// The main journey in WebKit.
import { test } from 'node:test';
import { town } from '../harness/town.mjs';
import { startWebKit } from './webkit.mjs';
import { journey } from './journey.mjs';

const place = town();

test('the main journey in WebKit', { timeout: 180_000 }, async () => {
  const browser = await startWebKit();
  try {
    await journey(browser, place);
  } finally {
    await browser.close();
  }
});
