// Files: chosen by the button, pasted, dropped; shown while they go, cancelled, tried again; the team's pictures;
// emoji; the team's rich text.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { skew } from '../harness/skew.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
/** One red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64',
);

/** A visitor in a new conversation. */
async function visitor(watch) {
  const ann = new Messenger(await (await watch.person()).newPage());
  await ann.goto(`${place.site.origin}/index.html`);
  await ann.open();
  await ann.newConversation();
  return ann;
}

/** By the button. @param {Messenger} ann @param {object[]} files */
async function attach(ann, files) {
  const [chooser] = await Promise.all([
    ann.page.waitForEvent('filechooser'),
    ann.frame.getByRole('button', { name: 'Attach a file' }).click(),
  ]);
  await chooser.setFiles(files);
}

/** What a browser does with files over the composer. @param {Messenger} ann @param {'paste' | 'drop'} how */
async function bring(ann, how, name, type, base64) {
  await ann.composer.evaluate((field, given) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(given.base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], given.name, { type: given.type }));
    const init = { bubbles: true, cancelable: true };
    const event = given.how === 'paste'
      ? new ClipboardEvent('paste', { ...init, clipboardData: data })
      : new DragEvent('drop', { ...init, dataTransfer: data });
    field.dispatchEvent(event);
  }, { how, name, type, base64 });
}

const newest = (preview) =>
  until(async () => (await place.grace.conversations()).find((row) => row.preview === preview), Boolean, preview);

browserTest('a first message is a picture by the button and a text by paste; another is dropped', async (watch) => {
  const ann = await visitor(watch);
  await attach(ann, [{ name: 'cat.png', mimeType: 'image/png', buffer: PNG }]);
  await ann.frame.locator('.composer .file', { hasText: 'cat.png' }).waitFor();
  await bring(ann, 'paste', 'notes.txt', 'text/plain', btoa('hello'));
  await ann.frame.locator('.composer .file', { hasText: 'notes.txt' }).waitFor();
  await ann.frame.locator('.composer progress').first().waitFor({ state: 'detached' });
  assert.equal(await ann.cookie('session'), undefined, 'an upload makes nobody a lead');
  await ann.write('Look at these');
  await ann.delivered('Look at these');
  const picture = ann.frame.locator('[role="log"] a.shot img');
  await picture.waitFor();
  await until(() => picture.evaluate((image) => image.complete && image.naturalWidth), (width) => width === 1, 'the picture');
  const row = ann.frame.locator('[role="log"] a.file', { hasText: 'notes.txt' });
  const address = await row.getAttribute('href');
  const got = await fetch(address);
  assert.equal(await got.text(), 'hello');
  assert.match(got.headers.get('content-disposition'), /^attachment; filename="notes.txt"/);
  assert.equal(got.headers.get('x-content-type-options'), 'nosniff');
  // Somebody else's address, or none at all.
  const parts = address.split('/');
  for (const wrong of [[4, '00000000-0000-4000-8000-000000000000'], [5, '9999999999'], [6, 'AAAA']]) {
    const other = parts.map((part, index) => (index === wrong[0] ? wrong[1] : part)).join('/');
    assert.equal((await fetch(other)).status, 404, other);
  }

  await bring(ann, 'drop', 'plan.pdf', 'application/pdf', btoa('%PDF-1.4'));
  await ann.frame.locator('.composer .file', { hasText: 'plan.pdf' }).waitFor();
  await until(() => ann.frame.getByRole('button', { name: 'Send message' }).isEnabled(), Boolean, 'files are enough');
  await ann.frame.getByRole('button', { name: 'Send message' }).click();
  await ann.frame.locator('[role="log"] a.file', { hasText: 'plan.pdf' }).waitFor();
  const { id } = await newest('📎 plan.pdf');
  const thread = await place.grace.thread(id);
  assert.deepEqual(thread.parts.map((part) => (part.attachments ?? []).map((file) => file.name)), [['cat.png', 'notes.txt'], ['plan.pdf']]);
  // A reload shows them again.
  await ann.page.reload();
  await ann.frame.locator('[role="log"] a.shot img').waitFor();
});

browserTest('the address of a file is asked for again before its time is over', async (watch) => {
  const context = await watch.person();
  await skew(context, 0);
  const ann = new Messenger(await context.newPage());
  await ann.goto(`${place.site.origin}/index.html`);
  await ann.open();
  await ann.newConversation();
  await attach(ann, [{ name: 'terms.txt', mimeType: 'text/plain', buffer: Buffer.from('terms') }]);
  await ann.frame.locator('.composer progress').first().waitFor({ state: 'detached' });
  await ann.write('Our terms');
  await ann.delivered('Our terms');
  const row = ann.frame.locator('[role="log"] a.file', { hasText: 'terms.txt' });
  const before = await row.getAttribute('href');
  // The server's own clock stands: what it would answer half an hour later is another time in the address.
  const later = before.replace(/\/(\d{10})\//, (_, time) => `/${Number(time) + 1800}/`);
  let asked = 0;
  await ann.page.route('**/messenger/test/thread', async (route) => {
    asked += 1;
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(new URL(before).pathname, new URL(later).pathname) });
  });
  const pass = async (minutes) => {
    for (const frame of ann.page.frames()) await frame.evaluate((off) => (window.off = off), minutes * 60_000);
    await ann.write(`${minutes} minutes later`);
    await ann.delivered(`${minutes} minutes later`);
  };
  await pass(27);
  assert.equal(asked, 0);
  await pass(29);
  await until(() => row.getAttribute('href'), (href) => href === later, 'the new address');
  assert.deepEqual([asked, await row.count()], [1, 1]);
});

browserTest('an upload shows how it goes and can be cancelled; what fails is tried again; what cannot be sent says why', async (watch) => {
  watch.expectError(/ERR_FAILED|Failed to load resource/);
  const ann = await visitor(watch);
  let hold;
  const held = new Promise((resolve) => { hold = resolve; });
  await ann.page.route('**/upload', async (route) => {
    await held;
    await route.abort().catch(() => {});
  });
  await attach(ann, [{ name: 'slow.txt', mimeType: 'text/plain', buffer: Buffer.from('slow') }]);
  const slow = ann.frame.locator('.composer .file', { hasText: 'slow.txt' });
  await slow.getByRole('progressbar').waitFor();
  await slow.getByRole('button', { name: 'Cancel upload' }).click();
  await slow.waitFor({ state: 'detached' });
  hold();
  await attach(ann, [{ name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from('again') }]);
  const again = ann.frame.locator('.composer .file', { hasText: 'again.txt' });
  await again.getByText('again.txt could not be uploaded').waitFor();
  assert.equal(await ann.frame.getByRole('button', { name: 'Send message' }).isEnabled(), false);
  await ann.page.unroute('**/upload');
  await again.getByRole('button', { name: 'Try again' }).click();
  await again.getByText('could not be uploaded').waitFor({ state: 'detached' });
  await attach(ann, [{ name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('x') }]);
  const program = ann.frame.locator('.composer .file', { hasText: 'setup.exe' });
  await program.getByText('Files of this type cannot be sent').waitFor();
  await program.getByRole('button', { name: 'Remove setup.exe' }).click();
  await attach(ann, [{ name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }]);
  await ann.frame.locator('.composer .file').getByText('nothing.txt is empty').waitFor();
  await ann.frame.getByRole('button', { name: 'Remove nothing.txt' }).click();
  await ann.write('only this');
  await ann.delivered('only this');
  await ann.frame.locator('[role="log"] a.file', { hasText: 'again.txt' }).waitFor();
});

browserTest('the team answers with a picture and rich text', async (watch) => {
  // Before the log-in.
  watch.expectError(/401/);
  const context = await watch.person();
  const ann = new Messenger(await context.newPage());
  await ann.goto(`${place.site.origin}/index.html`);
  await ann.open();
  await ann.newConversation();
  await ann.write('Show me');
  await ann.delivered('Show me');

  const desk = await (await watch.person()).newPage();
  await desk.goto(`${place.server.origin}/inbox`);
  await desk.getByLabel('Email').fill(place.server.email);
  await desk.getByLabel('Password').fill(place.server.password);
  await desk.getByRole('button', { name: 'Log in' }).click();
  await desk.getByRole('button', { name: /Show me/ }).click();
  await desk.locator('input[type="file"]').setInputFiles([{ name: 'answer.png', mimeType: 'image/png', buffer: PNG }]);
  await desk.locator('.picked li', { hasText: 'answer.png' }).waitFor();
  await desk.getByText('Uploading…').waitFor({ state: 'detached' });
  await desk.getByLabel('Reply').fill('This is **it**:\n\n- one\n- `two`\n\n[Help](https://help.example/x)');
  await desk.getByLabel('Reply').press('Control+Enter');
  await desk.getByRole('log').locator('a.attached.picture img').waitFor();
  const shot = ann.frame.locator('[role="log"] a.shot');
  await shot.waitFor();
  const bubble = ann.frame.locator('[role="log"] .bubble', { hasText: 'This is' });
  assert.equal(await bubble.locator('b').textContent(), 'it');
  assert.deepEqual(await bubble.locator('li').allTextContents(), ['one', 'two']);
  const link = bubble.getByRole('link', { name: 'Help' });
  assert.deepEqual(
    [await link.getAttribute('target'), await link.getAttribute('rel')], ['_blank', 'nofollow noopener noreferrer'],
  );

  assert.equal((await fetch(await shot.getAttribute('href'))).status, 200);
});

browserTest('emoji are searched, chosen by keys and put where the cursor is', async (watch) => {
  const ann = await visitor(watch);
  await ann.composer.fill('Hi Ann');
  await ann.composer.evaluate((field) => field.setSelectionRange(2, 2));
  await ann.frame.getByRole('button', { name: 'Insert an emoji' }).click();
  const search = ann.frame.getByRole('searchbox', { name: 'Search emoji' });
  await search.fill('waving hand');
  await search.press('ArrowDown');
  await ann.frame.getByRole('button', { name: /waving hand/ }).press('Enter');
  await until(() => ann.composer.inputValue(), (text) => text === 'Hi👋 Ann', 'the text');
  await ann.frame.getByRole('button', { name: 'Insert an emoji' }).click();
  await ann.frame.getByRole('group', { name: 'Frequently used' }).getByRole('button', { name: /waving hand/ }).waitFor();
  await search.fill('nothing has this name');
  await ann.frame.getByText('No emoji found').waitFor();
  await search.press('Escape');
  await search.waitFor({ state: 'detached' });
  await ann.composer.press('Enter');
  await ann.delivered('Hi👋 Ann');
});
