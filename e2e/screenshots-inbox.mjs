// Pictures of the inbox with a few conversations in it, for `screenshots.mjs`: desktop, light and dark.
import { openInbox, startDoorstep } from './harness/doorstep.mjs';

/** Visitors' first words, and what Grace says to them. */
const TALKS = [
  ['Hello! Do you ship to Norway?', 'We do, in four days. Would you like me to reserve one for you?'],
  ['My order 4411 has not arrived, and the tracking page says that it was delivered on Monday. Could you have a look?', undefined],
  ['Is the blue one back?', 'Yes, since this morning.'],
  ['Thank you for the quick help yesterday 🎉', undefined],
];

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} out folder, with a slash at its end
 */
export async function photographInbox(browser, out) {
  const server = await startDoorstep();
  try {
    const grace = await openInbox(server);
    for (const [index, [question, answer]] of TALKS.entries()) {
      const visitor_id = crypto.randomUUID();
      const page = { url: 'https://shop.example/tea', title: 'Tea', referrer: '', language: 'en' };
      const sent = await server.messenger('send', { visitor_id, client_id: crypto.randomUUID(), conversation_key: crypto.randomUUID(), body: question, page });
      if (index === 0) {
        await server.messenger('email', { visitor_id, session: sent.body.session.token, email: 'ann@example.com' });
      }
      if (answer) await grace.reply(sent.body.conversation.id, answer);
    }
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${server.origin}/inbox`);
      await page.getByLabel('Email').waitFor();
      await page.screenshot({ path: `${out}inbox-${colorScheme}-log-in.png` });
      await page.getByLabel('Email').fill(server.email);
      await page.getByLabel('Password').fill(server.password);
      await page.getByLabel('Password').press('Enter');
      await page.getByRole('button', { name: /Do you ship|four days/ }).first().waitFor();
      await page.screenshot({ path: `${out}inbox-${colorScheme}-list.png` });
      await page.getByRole('button', { name: /Do you ship|four days/ }).first().click();
      await page.getByRole('log').getByText('Do you ship').waitFor();
      await page.screenshot({ path: `${out}inbox-${colorScheme}-thread.png` });
      await context.close();
    }
    console.log(`${out}inbox-*.png`);
  } finally {
    await server.close();
  }
}
