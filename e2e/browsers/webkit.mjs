// Debian's WebKitGTK by its WebDriver, in a display nobody sees: as much of it as the journey needs (`journey.mjs` says what a
// driver has). It tells nothing of the console, so errors of the page are gathered by the page itself.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTER, find } from './journey.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const FRAME = 'iframe[name="intercom-messenger-frame"]';
const KEYS = { [ENTER]: '\uE007' };

/** A port that is free now: the driver cannot be asked to choose one. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export async function startWebKit() {
  const home = await mkdtemp(join(tmpdir(), 'doorstep-webkit-'));
  const port = await freePort();
  const child = spawn('xvfb-run', ['-a', '-s', '-screen 0 1280x1024x24', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    // Its sandbox needs rights that containers do not have.
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const base = `http://127.0.0.1:${port}`;
  const call = async (method, path, body) => {
    const response = await fetch(base + path, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  const limit = Date.now() + 30_000;
  while (!(await fetch(`${base}/status`).then((answer) => answer.ok, () => false))) {
    if (Date.now() > limit) throw new Error('WebKitWebDriver does not listen');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: {} } });
  const session = `/session/${sessionId}`;
  const run = (script, args) => call('POST', `${session}/execute/sync`, { script, args });

  /** Goes to the page, or into the Messenger's frame. @returns {Promise<boolean>} whether it is there */
  const enter = async (where) => {
    await call('POST', `${session}/frame`, { id: null });
    if (where === 'page') return true;
    const frame = await run('return document.querySelector(arguments[0])', [FRAME]);
    if (frame) await call('POST', `${session}/frame`, { id: frame });
    return !!frame;
  };
  const evaluate = async (where, fn, ...args) =>
    (await enter(where)) ? run(`return (${fn}).apply(null, arguments)`, args) : undefined;
  const keys = async (where, typed) => {
    await enter(where);
    const actions = typed.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await call('POST', `${session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  };
  return {
    name: 'WebKit',
    problems: [],
    async goto(url) {
      await call('POST', `${session}/frame`, { id: null });
      await call('POST', `${session}/url`, { url });
    },
    evaluate,
    async click(where, selector, text) {
      const found = await evaluate(where, find, selector, text);
      if (!found) return false;
      await call('POST', `${session}/element/${found[ELEMENT]}/click`, {});
      return true;
    },
    type: (where, text) => keys(where, [...text]),
    press: (where, key) => keys(where, [KEYS[key]]),
    async close() {
      await call('DELETE', session).catch(() => {});
      // The driver and the display it runs in.
      process.kill(-child.pid);
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}
