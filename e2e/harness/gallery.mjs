// Serves the gallery that `cargo xtask gallery` has built: to a person, when run by itself, and to tests.
//
// DOORSTEP_GALLERY names the folder (default target/gallery).
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = process.env.DOORSTEP_GALLERY || fileURLToPath(new URL('../../target/gallery/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json',
  '.wasm': 'application/wasm',
};
/** As strict as the frame's own (crates/server/src/pages/frame.rs), but for the sheet's frames. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; frame-src 'self'";

/** @param {number} [port] the kernel's choice without one */
export async function serveGallery(port = 0) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://gallery').pathname));
    const name = path === '/' ? '/index.html' : path;
    if (name === '/favicon.ico') return response.writeHead(204).end();
    try {
      const content = await readFile(join(FOLDER, name));
      const headers = { 'Content-Type': TYPES[extname(name)] || 'application/octet-stream', 'Content-Security-Policy': POLICY };
      response.writeHead(200, headers).end(content);
    } catch {
      response.writeHead(404).end('nothing of this name');
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The gallery's page with nothing on it yet.
 * @param {import('playwright-core').Page} page
 * @param {string} origin
 * @returns {Promise<string[]>} the names of all states
 */
export async function openGallery(page, origin) {
  await page.goto(`${origin}/?only=-`);
  await page.waitForFunction(() => 'gallery' in window);
  return page.evaluate(() => window.gallery.states());
}

/**
 * Shows one state, in place of what was there.
 * @param {import('playwright-core').Page} page
 * @param {Record<string, string>} view `state`, and `theme`, `lang`, `action`
 */
export const showState = (page, view) => page.evaluate((what) => window.gallery.view(what), view);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await serveGallery(Number(process.env.PORT) || 4601);
  console.log(`every view in every state: ${origin}/ (also ?theme=dark, ?lang=ar, ?only=thread, ?width=320)`);
}
