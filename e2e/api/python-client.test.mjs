// Intercom's own client for Python against the real server; what it does is in python_client.py.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDoorstep } from '../harness/doorstep.mjs';

/** A pager that does not end must not hold up the tests. */
const LONGEST = 120_000;

test('Intercom\u2019s client for Python works unmodified', async () => {
  const server = await startDoorstep();
  try {
    const script = new URL('python_client.py', import.meta.url).pathname;
    const env = { ...process.env, DOORSTEP_URL: server.origin, DOORSTEP_TOKEN: server.token };
    const python = spawn(`${process.env.DOORSTEP_PYTHON}/python`, [script], { env, stdio: ['ignore', 'inherit', 'inherit'], timeout: LONGEST });
    const [code] = await once(python, 'exit');
    assert.equal(code, 0);
  } finally {
    await server.close();
  }
});
