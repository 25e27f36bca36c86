// Intercom's own host names, for wrappers that cannot be told another address: TLS on this machine in front of Doorstep,
// and a browser that finds it under those names (M§1.7). Certificates are made here and thrown away.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the wrappers look for the script, and where they say the server is. */
const HOSTS = ['widget.intercom.io', 'api-iam.intercom.io'];

async function certificate() {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await promisify(execFile)('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${HOSTS[0]}`, '-addext', `subjectAltName=${HOSTS.map((host) => `DNS:${host}`).join(',')}`,
    '-keyout', key, '-out', cert,
  ]);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return pair;
}

/**
 * @param {string} origin Doorstep's, over http
 * @returns {Promise<{ args: string[], paths: string[], blocked: boolean, close: () => Promise<void> }>} `args` for the
 *   browser; `paths` everything asked for, with its host; while `blocked` no connection is answered
 */
export async function intercomHosts(origin) {
  const { hostname, port } = new URL(origin);
  const hosts = { args: [], paths: [], blocked: false, close: undefined };
  const server = createServer(await certificate(), (incoming, outgoing) => {
    hosts.paths.push(`${incoming.method} ${incoming.headers.host}${incoming.url.split('?')[0]}`);
    if (hosts.blocked) return incoming.socket.destroy();
    const onward = ask(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => answer.pipe(outgoing.writeHead(answer.statusCode, answer.headers)),
    );
    onward.on('error', () => outgoing.destroy());
    return incoming.pipe(onward);
  });
  // The frame's socket: the request as it came, and then bytes both ways.
  server.on('upgrade', (request, socket, head) => {
    hosts.paths.push(`UPGRADE ${request.headers.host}${request.url.split('?')[0]}`);
    const onward = connect(Number(port), hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => (onward.destroy(), socket.destroy()));
  });
  server.on('tlsClientError', () => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = `127.0.0.1:${server.address().port}`;
  hosts.args = [
    `--host-resolver-rules=${HOSTS.map((host) => `MAP ${host} ${here}`).join(', ')}`,
    '--ignore-certificate-errors',
  ];
  hosts.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return hosts;
}
