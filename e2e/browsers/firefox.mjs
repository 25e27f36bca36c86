// Debian's Firefox over WebDriver BiDi: as much of it as the journey needs (`journey.mjs` says what a driver has).
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
// On a busy machine Node's own client (20) closes the line in the midst of the journey.
import { WebSocket } from 'ws';
import { ENTER, find } from './journey.mjs';

/** Only ends what would never end; a busy machine takes seconds to start it. */
const LIMIT = 60_000;

/** Keys of WebDriver. */
const KEYS = { [ENTER]: '\uE007' };

export async function startFirefox() {
  const profile = await mkdtemp(join(tmpdir(), 'doorstep-firefox-'));
  await writeFile(join(profile, 'user.js'), 'user_pref("browser.shell.checkDefaultBrowser", false);\nuser_pref("datareporting.policy.dataSubmissionEnabled", false);\nuser_pref("app.update.auto", false);\n');
  const child = spawn(process.env.FIREFOX || 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  });
  const said = [];
  const address = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error(`Firefox does not listen; it said: ${said.join('\n')}`));
      child.kill();
    }, LIMIT);
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
      if (!found) return;
      clearTimeout(limit);
      resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code} before it listened`)));
    child.once('error', reject);
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no connection to ${address}`));
  });
  const waiting = new Map();
  const problems = [];
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'event') {
      const { level, text, type, source } = message.params;
      if (message.method === 'log.entryAdded' && level === 'error') problems.push(`${type}: ${text} ${JSON.stringify(source.realm ? '' : source)}`);
      return;
    }
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'success') resolve(message.result);
    else reject(new Error(`${message.error}: ${message.message}`));
  };
  socket.onclose = ({ code }) => {
    for (const { reject } of waiting.values()) reject(new Error(`Firefox closed the line (${code}); it said: ${said.join('\n')}`));
  };
  const send = (method, params) =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no answer to ${method} ${JSON.stringify(params)}; Firefox said: ${said.join('\n')}`)), LIMIT);
      const answered = (settle) => (value) => {
        clearTimeout(limit);
        settle(value);
      };
      waiting.set(++last, { resolve: answered(resolve), reject: answered(reject) });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const { contexts } = await send('browsingContext.getTree', {});
  const top = contexts[0].context;

  /** The page's context, or its Messenger frame's, once it is there. */
  const contextOf = async (where) => {
    if (where === 'page') return top;
    const tree = await send('browsingContext.getTree', { root: top });
    return tree.contexts[0].children.find((child) => child.url.includes('/frame/'))?.context;
  };
  const call = async (where, fn, args, awaitPromise = true) => {
    const context = await contextOf(where);
    if (!context) return undefined;
    const { result, exceptionDetails } = await send('script.callFunction', {
      functionDeclaration: String(fn),
      arguments: args.map((value) => ({ type: typeof value, value })),
      awaitPromise,
      target: { context },
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return { context, result };
  };
  const keys = async (where, typed) => {
    const actions = typed.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await send('input.performActions', { context: await contextOf(where), actions: [{ type: 'key', id: 'keyboard', actions }] });
  };
  return {
    name: 'Firefox',
    problems,
    async goto(url) {
      await send('browsingContext.navigate', { context: top, url, wait: 'complete' });
    },
    evaluate: async (where, fn, ...args) => (await call(where, fn, args))?.result.value,
    async click(where, selector, text) {
      const found = await call(where, find, [selector, text]);
      if (found?.result.type !== 'node') return false;
      const origin = { type: 'element', element: { sharedId: found.result.sharedId } };
      await send('input.performActions', {
        context: found.context,
        actions: [{
          type: 'pointer', id: 'mouse',
          actions: [{ type: 'pointerMove', x: 0, y: 0, origin }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
        }],
      });
      return true;
    },
    type: (where, text) => keys(where, [...text]),
    press: (where, key) => keys(where, [KEYS[key]]),
    async close() {
      socket.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true });
    },
  };
}
