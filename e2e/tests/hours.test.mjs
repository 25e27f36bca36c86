// What is said of when the team answers, as a function of the clock (parts/hours.js). Needs no server and no browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

const made = await build({
  entryPoints: [new URL('../../parts/hours.js', import.meta.url).pathname],
  bundle: true,
  format: 'esm',
  write: false,
});
const { line } = await import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString('base64')}`);

/** A Wednesday, five to nine in the morning, in the zone of this machine. */
const NOW = new Date(2026, 10, 25, 8, 55).getTime() / 1000;
const HOUR = 3600;
const office = (facts) => JSON.stringify({ notice: '', reply_time: '', usually: '', hours: 0, away: false, changes: [], ...facts });
const away = (seconds, rest = []) => office({ away: true, changes: [NOW + seconds, ...rest] });
const time = (seconds) =>
  new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(new Date((NOW + seconds) * 1000));

for (const [name, state, text, until] of [
  ['five minutes before', away(300), 'Back in 30 minutes', 300],
  ['half an hour', away(1800), 'Back in 30 minutes', 1800],
  ['a little more', away(1801), 'Back in 1 hour', 1],
  ['an hour', away(HOUR), 'Back in 1 hour', 1800],
  ['from 5:35 to 8:00', away(145 * 60), 'Back in 3 hours', 25 * 60],
  ['three hours', away(3 * HOUR), 'Back in 3 hours', HOUR],
  ['later today', away(5 * HOUR), `Back at ${time(5 * HOUR)}`, 2 * HOUR],
  ['tomorrow', away(24 * HOUR), `Back tomorrow at ${time(24 * HOUR)}`, 21 * HOUR],
  ['over the weekend', away(5 * 24 * HOUR), `Back Monday at ${time(5 * 24 * HOUR)}`, 117 * HOUR],
  ['nobody knows when', office({ away: true }), "We're away right now", -NOW],
  ['they have come since', office({ away: true, usually: 'hour', changes: [NOW, NOW + 60] }), 'We usually reply within an hour', 60],
  ['they have left since', office({ usually: 'hour', changes: [NOW - 1, NOW + 900] }), 'Back in 30 minutes', 900],
  ['minutes', office({ usually: 'minutes', changes: [NOW + 60] }), 'We usually reply in a few minutes', 60],
  ['hours, by number', office({ hours: 3 }), 'Usual reply time: 3 hours', -NOW],
  ['own words', office({ reply_time: 'In a while', usually: 'day' }), 'In a while', -NOW],
  ['own words are for when they are there', away(300).replace('"reply_time":""', '"reply_time":"In a while"'), 'Back in 30 minutes', 300],
  ['a notice', away(300).replace('"notice":""', '"notice":"Moving house"'), 'Moving house', -NOW],
  ['who answers is away', `-${office({ usually: 'hour' })}`, "We're away right now", -NOW],
  ['all are away', `-${away(300)}`, 'Back in 30 minutes', 300],
  ['nothing to say', office({}), '', -NOW],
  ['a word of a newer server', office({ usually: 'weeks' }), '', -NOW],
  ['no office', '', '', -NOW],
  ['who answers is away, and no office', '-', "We're away right now", -NOW],
]) {
  test(`${name}: ${text || 'nothing'}`, () => assert.deepEqual(line(state, NOW, { language: 'en' }), [text, NOW + until]));
}

test('in every language there is a line for all of it', async () => {
  const { readdir, readFile } = await import('node:fs/promises');
  const folder = new URL('../../locales/', import.meta.url);
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json'))) {
    const texts = JSON.parse(await readFile(new URL(name, folder), 'utf8'));
    for (const state of [away(300), away(HOUR), away(6 * HOUR), away(24 * HOUR), away(96 * HOUR), office({ hours: 2 }), office({ usually: 'day' })]) {
      const [text] = line(state, NOW, texts);
      assert.ok(text && !/undefined|[{}]/.test(text), `${name}: ${text}`);
    }
  }
});
