// A server that is only what the embed script needs: the script itself and its parts, a frame that records what it is told and says
// what a test wants, the wipe page, and `shutdown`. For tests of the embed script alone; the journeys use the real one.
import { createServer } from 'node:http';
import { build } from 'esbuild';

const FRAME = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stub</title></head><body>
<button id="inside">inside</button><script>
window.heard = [];
addEventListener('message', (event) => {
  if (event.source !== parent || event.data !== 'doorstep:port') return;
  window.port = event.ports[0];
  window.say = (message) => port.postMessage(JSON.stringify(message));
  port.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    heard.push(message);
    if (message.type === 'shutdown') {
      try { localStorage.clear(); } catch { /* blocked: nothing is stored */ }
      say({ type: 'gone' });
    }
  };
  say({ type: 'ready' });
});
parent.postMessage('doorstep:hello', '*');
</script></body></html>`;

const WIPE = `<!doctype html><title>Wipe</title><script>try { localStorage.clear(); } catch {} parent.postMessage('doorstep:wiped', '*');</script>`;

/** @param {Record<string, unknown>} [config] over the workspace's settings */
export async function startStub(config = {}) {
  const bundle = async (entry, format, define) => {
    const made = await build({
      entryPoints: [new URL(`../../embed/${entry}`, import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      format,
      define,
    });
    return made.outputFiles[0].text;
  };
  const parts = {
    '/assets/later.js': await bundle('later/main.js', 'esm'),
    '/assets/wipe.js': await bundle('later/wipe.js', 'esm'),
  };
  const main = await bundle('main.js', 'iife', {
    __DOORSTEP_LATER__: '"assets/later.js"',
    __DOORSTEP_WIPE__: '"assets/wipe.js"',
  });
  const script = main.replace(
    '__DOORSTEP_CONFIG__',
    JSON.stringify({
      app_id: 'test', name: 'Test', alignment: 'right', vertical_padding: 20, horizontal_padding: 20,
      action_color: '#0b57d0', background_color: '#0b57d0', hide_default_launcher: false, eager: false, ...config,
    }),
  );
  const stub = {
    origin: '',
    /** Every request's path. */
    paths: [],
    /** Bodies of `shutdown`. */
    shutdowns: [],
    /** While true, `shutdown` answers 503. */
    broken: false,
    /** While true, frames say hello and no more, as if the rest could not be loaded. */
    mute: false,
    /** While true, the parts of the script answer 500. */
    lost: false,
    /** Until it is settled, the parts of the script are not answered. @type {Promise<void> | undefined} */
    hold: undefined,
    reset() {
      Object.assign(stub, { broken: false, mute: false, lost: false, hold: undefined });
      stub.paths.length = stub.shutdowns.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://stub');
    stub.paths.push(pathname);
    const answer = (type, text, status = 200) =>
      response.writeHead(status, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*' }).end(text);
    if (pathname.startsWith('/widget/')) return answer('application/javascript', script);
    if (parts[pathname]) {
      const part = () => answer('application/javascript', parts[pathname], stub.lost ? 500 : 200);
      return stub.hold ? stub.hold.then(part) : part();
    }
    if (pathname.endsWith('/wipe')) return answer('text/html', WIPE);
    if (pathname.startsWith('/frame/')) return answer('text/html', stub.mute ? FRAME.replace("say({ type: 'ready' });", '') : FRAME);
    if (pathname.endsWith('/shutdown')) {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        if (stub.broken) return answer('application/json', '{}', 503);
        stub.shutdowns.push(JSON.parse(body));
        answer('application/json', '{}');
      });
      return undefined;
    }
    return answer('text/plain', 'not here', 404);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub.origin = `http://localhost:${server.address().port}`;
  return stub;
}
