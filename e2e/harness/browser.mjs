// Browsers for tests: a fresh profile for each person. A page error, an unexpected console
// error, a policy violation or a 429 fails the test by itself; a failed test leaves a trace under target/e2e/.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';

export { until } from './until.mjs';

const TRACES = new URL('../../target/e2e/', import.meta.url).pathname;

const LAUNCH = {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
};

let launched;

after(async () => {
  if (launched) await (await launched).close();
});

/** What one test sees of the browsers it uses. */
export class Watch {
  problems = [];
  requests = [];
  #expected = [];
  #contexts = [];
  #profiles = [];

  /** Console errors that match are part of this test. @param {RegExp} pattern */
  expectError(pattern) {
    this.#expected.push(pattern);
  }

  /**
   * A browser of its own: no cookies, no storage.
   *
   * A real profile, because in a private one (`private: true`) Chromium refuses storage to frames of other sites.
   * @param {import('playwright-core').BrowserContextOptions & { private?: boolean, args?: string[] }} [options] `args` for the
   *   browser, which a private one shares with others and does not take
   */
  async person({ private: hidden, args = [], ...options } = {}) {
    const all = { viewport: { width: 1200, height: 900 }, ...options };
    let context;
    if (hidden) {
      launched ||= chromium.launch(LAUNCH);
      context = await (await launched).newContext(all);
    } else {
      const profile = await mkdtemp(join(tmpdir(), 'doorstep-profile-'));
      this.#profiles.push(profile);
      // Debian's Chromium refuses storage to frames of other sites unless asked not to; Chromium's own default is to
      // give them storage of their own, per site that frames them.
      await mkdir(join(profile, 'Default'));
      await writeFile(join(profile, 'Default/Preferences'), '{"profile":{"cookie_controls_mode":0}}');
      context = await chromium.launchPersistentContext(profile, { ...LAUNCH, ...all, args: [...LAUNCH.args, ...args] });
    }
    context.setDefaultTimeout(15_000);
    await context.tracing.start({ screenshots: true, snapshots: true });
    this.#contexts.push(context);
    context.on('weberror', (error) => this.#problem(String(error.error()?.stack || error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error') this.#problem(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('request', (request) => this.requests.push(request));
    context.on('response', (response) => {
      if (response.status() === 429) this.#problem(`429 from ${response.url()}`);
    });
    return context;
  }

  #problem(text) {
    this.problems.push(text);
  }

  async finish(name, failed) {
    const unexpected = this.problems.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
    const bad = failed || unexpected.length > 0;
    await mkdir(TRACES, { recursive: true });
    for (const [i, context] of this.#contexts.entries()) {
      const path = bad ? `${TRACES}${name.replace(/\W+/g, '-')}-${i}.zip` : undefined;
      await context.tracing.stop({ path }).catch(() => {});
      await context.close();
    }
    for (const profile of this.#profiles) await rm(profile, { recursive: true, force: true });
    if (!failed) assert.deepEqual(unexpected, [], 'nothing may go wrong in the browser');
    else if (unexpected.length) console.error(`${name}: the browser also said`, unexpected);
  }
}

/**
 * A test with browsers.
 * @param {string} name
 * @param {(watch: Watch) => Promise<void>} body
 */
export function browserTest(name, body) {
  test(name, { timeout: 120_000 }, async () => {
    const watch = new Watch();
    let failed = true;
    try {
      await body(watch);
      failed = false;
    } finally {
      await watch.finish(name, failed);
    }
  });
}
