// The customer's site: the pages of hostsite/ on a port of their own. The pages are at 127.0.0.1 and Doorstep is at
// localhost, so the two are different sites as well as different origins.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const PAGES = new URL('../hostsite/', import.meta.url).pathname;

/**
 * @param {{ doorstep: string, app: string, pages?: Record<string, string> }} where the server's public origin, the workspace,
 *   and pages or scripts beside those of hostsite/, by name
 */
export async function startSite({ doorstep, app, pages = {} }) {
  const server = createServer(async (request, response) => {
    const name = basename(new URL(request.url, 'http://site').pathname) || 'index.html';
    if (name === 'favicon.ico') return response.writeHead(204).end();
    let text;
    try {
      text = pages[name] ?? (await readFile(join(PAGES, name), 'utf8'));
    } catch {
      return response.writeHead(404).end('no such page');
    }
    const nonce = randomBytes(16).toString('base64');
    const values = { HOST: doorstep, APP: new URL(request.url, 'http://site').searchParams.get('app') || app, NONCE: nonce };
    const headers = { 'Content-Type': `text/${name.endsWith('.js') ? 'javascript' : 'html'}; charset=utf-8` };
    if (name === 'strict.html') {
      // `dynamic`: no host, only what a trusted script loads; and no script made of texts.
      const scripts = new URL(request.url, 'http://site').searchParams.get('policy') === 'dynamic'
        ? `'strict-dynamic'; require-trusted-types-for 'script'; trusted-types 'none'`
        : doorstep;
      headers['Content-Security-Policy'] =
        `default-src 'none'; script-src 'nonce-${nonce}' ${scripts}; frame-src ${doorstep}; connect-src ${doorstep}`;
    }
    if (name === 'module.html' && new URL(request.url, 'http://site').searchParams.has('strict')) {
      // As docs/HOST-PAGE-CSP.md says, with the nonce for the page's own scripts.
      headers['Content-Security-Policy'] =
        `default-src 'none'; script-src 'nonce-${nonce}' ${doorstep} 'wasm-unsafe-eval'; ` +
        `connect-src ${doorstep} ${doorstep.replace('http', 'ws')}; img-src https: blob:`;
    }
    response.writeHead(200, headers).end(text.replace(/\{\{(HOST|APP|NONCE)\}\}/g, (_, key) => values[key]));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
