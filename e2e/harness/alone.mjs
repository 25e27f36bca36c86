// The embed script alone, for the tests of one file: a server that only records (stub.mjs), a site of another origin, and
// short words for what those tests do. Browsers are private windows of one process: they are quick to make, and nothing
// here needs the frame's storage.
import { after, before, beforeEach } from 'node:test';
import { startSite } from './site.mjs';
import { startStub } from './stub.mjs';

export const LAUNCHER = '.intercom-lightweight-app-launcher';
export const FRAME = 'iframe[name="intercom-messenger-frame"]';

/**
 * @param {{ config?: Record<string, unknown>, pages?: Record<string, string> }} [options] settings of the workspace, pages of
 *   the site beside those of hostsite/
 */
export function alone({ config, pages } = {}) {
  const place = {
    /** @type {Awaited<ReturnType<typeof startStub>>} */
    stub: undefined,
    /** @type {Awaited<ReturnType<typeof startSite>>} */
    site: undefined,
    /** How often a path was asked for. @param {string} path */
    asked: (path) => place.stub.paths.filter((asked) => asked === path).length,
    /**
     * A page of somebody new.
     * @param {import('./browser.mjs').Watch} watch
     * @param {string} [path] waits until it has booted, unless it is manual.html
     */
    async open(watch, path = 'index.html') {
      const page = await (await watch.person({ private: true })).newPage();
      await page.goto(`${place.site.origin}/${path}`);
      if (path.startsWith('manual')) await page.waitForFunction(() => window.Doorstep);
      else await booted(page);
      return page;
    },
  };
  before(async () => {
    place.stub = await startStub(config);
    place.site = await startSite({ doorstep: place.stub.origin, app: 'test', pages });
  });
  beforeEach(() => place.stub.reset());
  after(async () => {
    await place.site?.close();
    await place.stub?.close();
  });
  return place;
}

export const booted = (page) => page.waitForFunction(() => window.Intercom?.booted === true);

/** A command, as the page gives it. */
export const intercom = (page, ...args) => page.evaluate((list) => window.Intercom(...list), args);

/**
 * Waits for something within the frame. Looks by the clock: by default Playwright looks with each drawn picture, and Chromium
 * draws none in a frame of another origin that cannot be seen, as the closed panel's.
 */
export const inFrame = (frame, test) => frame.waitForFunction(test, undefined, { polling: 30 });

/** The stub's frame once it has its first message. */
export async function frameOf(page) {
  const handle = await page.waitForSelector(FRAME, { state: 'attached' });
  const frame = await handle.contentFrame();
  await inFrame(frame, () => window.heard?.length > 0);
  return frame;
}

/** What the frame was told, the first message first. */
export const heard = (frame) => frame.evaluate(() => window.heard);

/** The settings the frame was told last. */
export const told = async (frame) => (await heard(frame)).findLast((message) => message.settings).settings;

export const cookies = async (page) => Object.fromEntries((await page.context().cookies()).map((c) => [c.name, c]));
