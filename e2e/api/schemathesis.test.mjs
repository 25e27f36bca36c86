// Schemathesis against the real server: it makes requests from a description, good and bad ones, and holds every answer to
// it. Once with our own description, once with Intercom's, where there is a copy of it: INTERCOM_OPENAPI, or
// ../shared/reference/intercom-openapi.yaml beside the checkout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDoorstep } from '../harness/doorstep.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
const INTERCOM = process.env.INTERCOM_OPENAPI || join(ROOT, '../shared/reference/intercom-openapi.yaml');

/** Seconds a description gets, besides the fixed cases of the phases `examples` and `coverage`. */
const TIME = 60;

/** One of each thing, so that ids can be found. @param {Awaited<ReturnType<typeof startDoorstep>>} server */
async function seed(server) {
  const call = async (path, body) => {
    const response = await fetch(`${server.origin}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  };
  const lead = await call('/contacts', { role: 'lead', email: 'ada@example.com' });
  await call('/contacts', { external_id: '1', email: 'ada@example.com' });
  await call('/data_attributes', { name: 'plan', model: 'contact', data_type: 'string' });
  for (const body of ['Hello', 'Anybody there?']) {
    await call('/conversations', { from: { type: 'lead', id: lead.id }, body });
  }
}

/** What Intercom's description says of the calls that are here, as a file in the folder. */
async function intercoms(server, folder) {
  const file = join(folder, 'intercom.json');
  const script = new URL('in_scope.py', import.meta.url).pathname;
  const output = await open(file, 'w');
  const python = spawn(`${process.env.DOORSTEP_PYTHON}/python`, [script, INTERCOM, server.origin], {
    stdio: ['ignore', output.fd, 'inherit'],
  });
  const [code] = await once(python, 'exit');
  await output.close();
  assert.equal(code, 0);
  return file;
}

/**
 * @param {(server: Awaited<ReturnType<typeof startDoorstep>>, folder: string) => string | Promise<string>} description
 * @param {string} without checks that are left out
 */
async function hold(description, without) {
  const server = await startDoorstep({ args: ['--limit-rest', '0'] });
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-st-'));
  try {
    await seed(server);
    const config = new URL('schemathesis.toml', import.meta.url).pathname;
    const args = [
      '--config-file', config, 'run', await description(server, folder), '--url', server.origin, '--header', `Authorization: Bearer ${server.token}`,
      '--header', 'Intercom-Version: 2.16', '--phases', 'examples,coverage,fuzzing,stateful', '--max-time', String(TIME),
      '--max-examples', '25', '--seed', '20', '--generation-database', 'none', '--workers', '1', '--continue-on-failure',
      '--warnings', 'off', '--no-color', '--exclude-checks', without,
    ];
    const st = spawn(`${process.env.DOORSTEP_PYTHON}/st`, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(st, 'exit');
    assert.equal(code, 0);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

// Of both: a wrong method is a wrong path here (S§1.0), and what is allowed together the descriptions do not say.
const WITHOUT = 'unsupported_method,allow_header_conformance,positive_data_acceptance';

test('every answer is as our own description says', () => hold((server) => `${server.origin}/openapi.json`, WITHOUT));

// Intercom's says neither which fields are ignored nor which refusals there are.
test('every answer is as Intercom\u2019s description says', { skip: !existsSync(INTERCOM) && 'no copy of it here' }, () =>
  hold(intercoms, `${WITHOUT},negative_data_rejection,status_code_conformance`));
