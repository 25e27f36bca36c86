// The real server: the binary `doorstep` with its own data directory and a port from the kernel.
//
// DOORSTEP_BIN names the binary (default target/debug/doorstep), DOORSTEP_ASSETS the browser files (default
// target/assets; a binary made by `cargo xtask dist` has them inside and needs none).
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const ROOT = new URL('../../', import.meta.url).pathname;
const BIN = process.env.DOORSTEP_BIN || join(ROOT, 'target/debug/doorstep');

function environment() {
  const assets = process.env.DOORSTEP_ASSETS || join(ROOT, 'target/assets');
  return { ...process.env, ...(existsSync(assets) ? { DOORSTEP_ASSETS: assets } : {}) };
}

/**
 * A server with the workspace `test` and the teammate Grace.
 * @param {{ verification?: 'off' | 'report' | 'required', args?: string[] }} [options] `args` are further ones of `serve`
 */
export async function startDoorstep({ verification = 'off', args: further = [] } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'doorstep-e2e-'));
  const where = ['--data-dir', data];
  /** Runs a command of the binary. */
  const plain = async (...args) => (await promisify(execFile)(BIN, [...args, ...where], { env: environment() })).stdout;
  /** As {@link plain}, and reads its JSON. */
  const command = async (...args) => JSON.parse(await plain(...args, '--json'));
  const workspace = await command(
    'workspace', 'create', '--app-id', 'test', '--name', 'Test', '--identity-verification', verification,
  );
  const grace = await command('admin', 'create', '--workspace', 'test', '--email', 'grace@example.com', '--name', 'Grace');

  const { token } = await command('token', 'create', '--workspace', 'test');

  let child;
  let port = 0;
  const run = async () => {
    // The page reaches the server by another host name than its own, and so do the addresses the server writes.
    const args = ['serve', '--listen', `127.0.0.1:${port}`, ...where, ...further];
    if (port) args.push('--public-url', `http://localhost:${port}`);
    child = spawn(BIN, args, { env: environment(), stdio: ['ignore', 'pipe', process.env.DOORSTEP_LOG ? 'inherit' : 'ignore'] });
    const started = child;
    port = await new Promise((resolve, reject) => {
      createInterface({ input: started.stdout }).on('line', (line) => {
        const found = /^doorstep listening on http:\/\/[^:]+:(\d+)/.exec(line);
        if (found) resolve(Number(found[1]));
      });
      started.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened`)));
      started.once('error', reject);
    });
  };
  /** @param {NodeJS.Signals} signal */
  const stop = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await run();

  const server = {
    app: 'test',
    email: grace.email,
    password: grace.password,
    secret: workspace.identity_secret,
    /** Of the REST API; may do everything. */
    token,
    /** Changes the workspace. @param {...string} changes `key=value` */
    set: (...changes) => plain('workspace', 'set', '--workspace', 'test', ...changes),
    get origin() {
      return `http://localhost:${port}`;
    },
    /** `user_hash` of a person (M§6.1). @param {string} id */
    userHash: (id) => createHmac('sha256', workspace.identity_secret).update(id).digest('hex'),
    /** SIGKILL: no goodbye, no flush. */
    kill: () => stop('SIGKILL'),
    /** On the same port and the same data. */
    restart: run,
    async close() {
      await stop('SIGTERM');
      await rm(data, { recursive: true, force: true });
    },
    /**
     * A call of the Messenger's API, as anybody could make it.
     * @param {string} operation
     * @param {object} body
     */
    async messenger(operation, body) {
      const response = await fetch(`${server.origin}/messenger/test/${operation}`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
  };
  return server;
}

/**
 * The inbox's API as Grace uses it.
 * @param {Awaited<ReturnType<typeof startDoorstep>>} server
 */
export async function openInbox(server) {
  let cookie = '';
  /** @param {string} method @param {string} path @param {object} [body] */
  const call = async (method, path, body) => {
    const response = await fetch(`${server.origin}/inbox/api/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-Doorstep-Inbox': '1', Cookie: cookie },
      body: body && JSON.stringify(body),
    });
    const [set] = response.headers.getSetCookie();
    if (set) cookie = set.split(';')[0];
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  await call('POST', 'session', { email: server.email, password: server.password });
  return {
    /** Every open conversation, the newest first. */
    conversations: async () => (await call('GET', 'conversations?state=open')).conversations,
    /** @param {string} id */
    thread: (id) => call('GET', `conversations/${id}`),
    /** @param {string} id @param {string} body */
    reply: (id, body) => call('POST', `conversations/${id}/reply`, { client_id: randomUUID(), body }),
    /** @param {string} id @param {'open' | 'closed'} state */
    setState: (id, state) => call('POST', `conversations/${id}/state`, { state }),
  };
}
