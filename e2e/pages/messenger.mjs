// What a visitor sees of the Messenger on a customer's page that uses the script tag.

export const LAUNCHER = '.intercom-lightweight-app-launcher';
export const FRAME = 'iframe[name="intercom-messenger-frame"]';

export class Messenger {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.launcher = page.locator(LAUNCHER);
    this.iframe = page.locator(FRAME);
    this.frame = page.frameLocator(FRAME);
    this.composer = this.frame.locator('textarea');
    this.emailTitle = this.frame.getByText('Get notified by email');
    this.emailField = this.frame.locator('input[type="email"]');
  }

  /** @param {string} url */
  async goto(url) {
    await this.page.goto(url);
    await this.page.waitForFunction(() => window.Intercom?.booted === true);
  }

  /** The command API. @param {...unknown} args */
  intercom(...args) {
    return this.page.evaluate((list) => window.Intercom(...list), args);
  }

  async open() {
    await this.launcher.click();
    await this.settled();
  }

  /** Until the panel stands: a click inside that is aimed while it grows goes beside what it was aimed at. */
  async settled() {
    await this.iframe.waitFor();
    await (await this.iframe.elementHandle()).waitForElementState('stable');
  }

  async newConversation() {
    await this.frame.getByText('Send us a message').first().click();
    await this.composer.waitFor();
  }

  /** @param {string} text */
  async write(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** A line of the thread. @param {string} text */
  message(text) {
    return this.frame.locator('[role="log"]').getByText(text, { exact: true });
  }

  /** @param {string} text waits until the server has it and the thread says so */
  async delivered(text) {
    // A message and how far it got are drawn together, so that one without these words has arrived.
    const lines = this.frame.locator('[role="log"] li').filter({ has: this.page.getByText(text, { exact: true }) });
    await lines.filter({ hasNotText: /· (Sending…|Not delivered yet)/ }).first().waitFor();
  }

  cookies() {
    return this.page.context().cookies();
  }

  /** @param {'id' | 'session' | 'device-id'} kind */
  async cookie(kind) {
    return (await this.cookies()).find((cookie) => cookie.name === `intercom-${kind}-test`)?.value;
  }
}

/**
 * The keys the Messenger's frame left under the server's origin, as this page's frames see them.
 * @param {import('playwright-core').Page} page a page of the site
 * @param {string} origin the server's
 */
export async function frameStorage(page, origin) {
  // Any file of the server that may be framed shows what is there. Framed, because storage is apart for each site that
  // frames.
  await page.evaluate(
    (address) =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.name = 'look';
        frame.src = address;
        frame.onload = resolve;
        document.body.append(frame);
      }),
    `${origin}/doorstep.d.ts`,
  );
  const frame = page.frame('look');
  const keys = await frame.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)));
  await page.evaluate(() => document.querySelector('iframe[name=look]').remove());
  return keys;
}
