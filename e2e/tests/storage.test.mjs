// Where cookies and storage are refused, the Messenger works for the life of the page.
import { browserTest } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('a private window without storage in frames', async (watch) => {
  const messenger = new Messenger(await (await watch.person({ private: true })).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('in private');
  await messenger.delivered('in private');
});

browserTest('a sandboxed page without an origin', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/sandbox.html`);
  const host = page.frameLocator('iframe[name=sandbox]');
  await host.locator('.intercom-lightweight-app-launcher').click();
  const panel = host.frameLocator('iframe[name="intercom-messenger-frame"]');
  await panel.getByText('Send us a message').first().click();
  await panel.locator('textarea').fill('from a sandbox');
  await panel.locator('textarea').press('Enter');
  await panel.locator('[role=log]').getByText('from a sandbox', { exact: true }).waitFor();
  await panel.getByText('Get notified by email').waitFor();
});
