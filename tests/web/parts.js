// The files of `parts/` as modules, each at an address of its own whose imports lead to the others: what the build bundles, but
// without it. And the browser's facilities that parts reach for and no test can hear or save: sound, downloads.

/** Where parts say they come from, as on a server. */
const HOME = 'https://doorstep.test/assets/part.js';

let files = {};
let addresses = new Map();
let running = [];

/** @param {string} path @returns {string} the address of a file's module */
function address(path) {
  let known = addresses.get(path);
  if (!known) {
    const text = path.endsWith('.json') ? texts(files[path]) : script(path);
    known = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    addresses.set(path, known);
  }
  return known;
}

function script(path) {
  const beside = (to) => new URL(to, `https://doorstep.test/${path}`).pathname.slice(1);
  return files[path]
    .replace(/ from '(\.[^']+)'/g, (_, to) => ` from '${address(beside(to))}'`)
    .replaceAll('import.meta.url', JSON.stringify(HOME));
}

/** A file of texts: each is imported by its name. */
function texts(json) {
  const lines = Object.entries(JSON.parse(json)).map(
    ([name, value], index) => `const t${index}=${JSON.stringify(value)};export{t${index} as ${JSON.stringify(name)}};`,
  );
  return lines.join('\n');
}

/** @param {Record<string, string>} given texts of files by path */
export function install(given) {
  files = given;
  globalThis.doorstepPart = (name, ...rest) => {
    const part = import(address(`parts/${name}.js`));
    const done = rest.length ? part.then((found) => found.run(...rest)) : part;
    running.push(done);
    return done;
  };
}

export function uninstall() {
  delete globalThis.doorstepPart;
  for (const one of addresses.values()) URL.revokeObjectURL(one);
  addresses = new Map();
  running = [];
  localStorage.removeItem('doorstep-emoji');
}

/** All parts that were asked for have run; a failure is the test's. */
export async function settled() {
  while (running.length) await running.shift();
}

/** What `run` leads to, with the facilities replaced meanwhile. @param {() => Promise<void>} act */
async function replaced(all, act) {
  const before = all.map(([of, name, value]) => {
    const was = Object.getOwnPropertyDescriptor(of, name);
    Object.defineProperty(of, name, { configurable: true, writable: true, value });
    return [of, name, was];
  });
  try {
    await act();
  } finally {
    for (const [of, name, was] of before) {
      if (was) Object.defineProperty(of, name, was);
      else delete of[name];
    }
  }
}

/** The frequencies that are heard. @param {boolean} touched whether the person has touched the page */
export async function heard(touched) {
  const tones = [];
  let closed = 0;
  class FakeContext {
    currentTime = 0;
    destination = {};
    createOscillator() {
      const tone = { frequency: { value: 0 }, connect: (to) => to, start: () => tones.push(tone.frequency.value) };
      tone.stop = () => queueMicrotask(() => tone.onended?.());
      return tone;
    }
    createGain() {
      const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
      return { gain, connect: (to) => to };
    }
    close() {
      closed += 1;
    }
  }
  const facilities = [
    [globalThis, 'AudioContext', FakeContext],
    [navigator, 'userActivation', { hasBeenActive: touched }],
  ];
  await replaced(facilities, async () => {
    await globalThis.doorstepPart('sound', null, '', {});
    await Promise.resolve();
  });
  return JSON.stringify({ tones, closed });
}

/**
 * The file a transcript is saved as, or what is said instead, and what the server was asked.
 * @param {string} data the part's
 * @param {string} answers JSON: the server's, one for each request; a number is a refusal
 */
export async function saved(data, answers) {
  const waiting = JSON.parse(answers);
  const asked = [];
  const files = [];
  let failed = 0;
  const fails = () => (failed += 1);
  const facilities = [
    [globalThis, 'fetch', async (url, { body }) => {
      asked.push([url, JSON.parse(body)]);
      const answer = waiting.shift();
      return typeof answer === 'number' ? { ok: false, status: answer } : { ok: true, json: async () => answer };
    }],
    [HTMLAnchorElement.prototype, 'click', function click() {
      files.push([this.download, this.href]);
    }],
  ];
  const read = globalThis.fetch;
  addEventListener('doorstep:transcript-failed', fails);
  await replaced(facilities, () => globalThis.doorstepPart('transcript', null, data, {}));
  removeEventListener('doorstep:transcript-failed', fails);
  const texts = await Promise.all(files.map(async ([name, href]) => [name, await (await read(href)).text()]));
  return JSON.stringify({ asked, files: texts, failed });
}

/** Lets a file go over an element, as a drag or from the clipboard. @param {Element} place @param {'drop' | 'paste'} kind */
export function give(place, kind, name, text, type) {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const event =
    kind === 'paste'
      ? new ClipboardEvent('paste', { ...options, clipboardData: data })
      : new DragEvent(kind, { ...options, dataTransfer: data });
  place.dispatchEvent(event);
  return event.defaultPrevented;
}
