// The main journey in Firefox.
import { test } from 'node:test';
import { town } from '../harness/town.mjs';
import { startFirefox } from './firefox.mjs';
import { journey } from './journey.mjs';

const place = town();

test('the main journey in Firefox', { timeout: 180_000 }, async () => {
  const browser = await startFirefox();
  try {
    await journey(browser, place);
  } finally {
    await browser.close();
  }
});
