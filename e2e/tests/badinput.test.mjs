// What people type is text, whatever it looks like.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('markup is shown and never run; too much is said; a wrong email stays', async (watch) => {
  const { site, grace } = place;
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  const markup = '<img src=x onerror="window.ran=1"><script>window.ran=1</script> & <b>bold</b>';
  await messenger.write(markup);
  await messenger.delivered(markup);
  assert.equal(await messenger.frame.locator('[role=log] img[src=x], [role=log] script, [role=log] b').count(), 0);
  const [row] = await until(() => grace.conversations(), (list) => list.length === 1, 'in the inbox');
  assert.equal(row.preview, markup);
  await messenger.page.reload();
  await messenger.message(markup).waitFor();
  assert.equal(await messenger.frame.locator('body').evaluate(() => window.ran), undefined);

  await messenger.composer.fill('x'.repeat(10_003));
  await messenger.frame.getByText('3 characters too long').waitFor();
  assert.ok(await messenger.frame.getByRole('button', { name: 'Send message' }).isDisabled());
  await messenger.composer.fill('   ');
  assert.ok(await messenger.frame.getByRole('button', { name: 'Send message' }).isDisabled());

  await messenger.emailField.fill('not an address');
  await messenger.emailField.press('Enter');
  await messenger.frame.getByText('That does not look like an email address').first().waitFor();
  assert.equal(await messenger.emailField.inputValue(), 'not an address');
});
