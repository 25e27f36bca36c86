// The texts themselves, as files: complete, well formed, and read by the widget. Needs no server and no browser; how they
// look is in languages.test.mjs.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url).pathname;
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];
/** The languages of Intercom's articles (M§8.13) and five more. */
const LANGUAGES = [
  'ar bg bs ca cs da de el en es et fi fr he hr hu id it ja ko lt lv mn nb nl pl pt ro ru sl sr sv tr vi pt-BR zh-CN zh-TW',
  'fa hi th uk ur',
].join(' ').split(' ').sort();

/** Keys whose text is the same word in some languages: names, borrowed words, and what is only a placeholder. */
const MAY_BE_ENGLISH = {
  'email.placeholder': ['ar', 'fa', 'he', 'hi', 'ja', 'ko', 'mn', 'th', 'ur', 'zh-CN', 'zh-TW'],
  'panel.label': ['de'],
  'tab.home': ['it'],
  'tab.messages': ['fr'],
  'list.label': ['fr'],
  'composer.label': ['fr'],
  'composer.placeholder': ['fr'],
  'attach.image': ['fr'],
};

/** Names of buttons that stand beside something else: a long one would push it away. */
const SHORT = [
  'close', 'back', 'retry', 'send_us', 'tab.home', 'tab.messages', 'status.delete', 'email.submit', 'composer.send',
  'thread.older', 'attach.cancel', 'rating.send', 'rating.terrible', 'rating.bad', 'rating.ok', 'rating.great',
  'rating.amazing', 'preview.dismiss', 'email.skip', 'thread.start_new',
];

/** @param {string} folder @returns {Promise<Record<string, Record<string, string>>>} texts by language tag */
async function read(folder) {
  const files = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.json'));
  const entries = files.map(async (name) => [
    name.slice(0, -'.json'.length),
    JSON.parse(await readFile(join(ROOT, folder, name), 'utf8')),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** @param {string} folder @returns {Promise<string>} all Rust and JavaScript files below it */
async function sources(folder) {
  const names = (await readdir(join(ROOT, folder), { recursive: true })).filter((name) => /\.(rs|js)$/.test(name));
  return (await Promise.all(names.map((name) => readFile(join(ROOT, folder, name), 'utf8')))).join('\n');
}

const sets = { locales: await read('locales'), 'locales/upcoming': await read('locales/upcoming') };
const english = { ...sets['locales/upcoming'].en, ...sets.locales.en };

/** The key without its plural form, if English has one there. */
const stem = (key) => {
  const found = /^(.+)\.(zero|one|two|few|many|other)$/.exec(key);
  return found && `${found[1]}.other` in english ? found[1] : key;
};
const isPlural = (key) => stem(key) !== key;
const stems = (texts) => [...new Set(Object.keys(texts).filter((key) => key !== 'direction').map(stem))];
const placeholders = (text) => [...text.matchAll(/\{\w*\}/g)].map(String).sort();

/** Calls `check` for every text of every language; gathers all complaints before it fails. */
function everyText(check) {
  const wrong = [];
  for (const [folder, languages] of Object.entries(sets)) {
    for (const [tag, texts] of Object.entries(languages)) {
      for (const [key, text] of Object.entries(texts)) {
        const complaint = key !== 'language' && key !== 'direction' && check(text, key, tag);
        if (complaint) wrong.push(`${folder}/${tag}.json ${key}: ${complaint}: ${text}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
}

test('every language is there, shipped and upcoming, and says which it is', () => {
  for (const [folder, languages] of Object.entries(sets)) {
    assert.deepEqual(Object.keys(languages).sort(), LANGUAGES, folder);
    for (const [tag, texts] of Object.entries(languages)) assert.equal(texts.language, tag, folder);
  }
  for (const [tag, { direction }] of Object.entries(sets.locales)) {
    assert.equal(direction, RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr', tag);
  }
});

test('every language has the keys of English, in its order', () => {
  for (const languages of Object.values(sets)) {
    for (const [tag, texts] of Object.entries(languages)) assert.deepEqual(stems(texts), stems(languages.en), tag);
  }
});

test('every language has the plural forms it needs, no more', () => {
  for (const languages of Object.values(sets)) {
    const plurals = stems(languages.en).filter((key) => `${key}.other` in languages.en);
    for (const [tag, texts] of Object.entries(languages)) {
      const needed = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.sort();
      for (const plural of plurals) {
        const forms = Object.keys(texts).filter((key) => isPlural(key) && stem(key) === plural);
        assert.deepEqual(forms.map((key) => key.slice(plural.length + 1)).sort(), needed, `${tag} ${plural}`);
      }
    }
  }
});

test('placeholders are those of English; a form for one number alone may spell it out', () => {
  /** Whether a plural form stands for a single number. */
  const single = (tag, category) => {
    const rules = new Intl.PluralRules(tag);
    return Array.from({ length: 300 }, (_, count) => count).filter((count) => rules.select(count) === category).length <= 1;
  };
  everyText((text, key, tag) => {
    const wanted = placeholders(english[isPlural(key) ? `${stem(key)}.other` : key]);
    const found = placeholders(text);
    const spelt = isPlural(key) && found.length === 0 && single(tag, key.split('.').at(-1));
    return !spelt && String(found) !== String(wanted) && `has not ${wanted}`;
  });
});

test('texts are clean: no stray space, no typewriter dots or quotes, no markup', () => {
  everyText((text, key, tag) => {
    if (!text) return 'is empty';
    if (text !== text.trim() || /\s\s/.test(text)) return 'has a stray space';
    if (text.includes('..')) return 'has dots where … belongs';
    if (text.includes('"') || (tag !== 'en' && text.includes("'"))) return 'has a typewriter quote';
    if (/[<>&]/.test(text)) return 'has markup';
    return text !== text.normalize('NFC') && 'is not normalised';
  });
});

test('French spaces before its high punctuation do not break', () => {
  for (const languages of Object.values(sets)) {
    for (const [key, text] of Object.entries(languages.fr)) assert.doesNotMatch(text, / [?!;:]/, key);
  }
});

test('nothing was left in English', () => {
  everyText((text, key, tag) =>
    tag !== 'en' && text === english[key] && !MAY_BE_ENGLISH[key]?.includes(tag) && 'is English');
  for (const [key, tags] of Object.entries(MAY_BE_ENGLISH)) {
    const texts = (tag) => ({ ...sets['locales/upcoming'][tag], ...sets.locales[tag] });
    assert.deepEqual(tags.filter((tag) => texts(tag)[key] !== english[key]), [], `${key} need not be allowed`);
  }
});

test('buttons stay short', () => {
  /** Characters of Chinese, Japanese and Korean are about two wide. */
  const width = (text) => [...text].reduce((sum, character) => sum + (/[\u1100-\u9fff\uac00-\uffef]/.test(character) ? 2 : 1), 0);
  everyText((text, key) =>
    SHORT.includes(key) && width(text) > Math.max(12, english[key].length * 2.2) && `is ${width(text)} wide`);
});

test('the widget reads every shipped text and asks for none that is not there', async () => {
  const parts = (await sources('parts')).replaceAll("'", '"');
  const code = `${await sources('src')}\n${parts}`;
  const shipped = stems(sets.locales.en).filter((key) => key !== 'language');
  assert.deepEqual(shipped.filter((key) => !code.includes(`"${key}"`)), [], 'nothing reads these: move them to upcoming');
  const groups = new Set(Object.keys(english).filter((key) => key.includes('.')).map((key) => key.split('.')[0]));
  const asked = [...code.matchAll(/"([a-z]+)\.([a-z_.]+)"/g)].filter(([, group]) => groups.has(group));
  const missing = asked.map(([text]) => text.slice(1, -1)).filter((key) => !shipped.includes(key));
  assert.deepEqual(missing, [], 'locales/en.json has not got these');
});

test('a text is shipped or upcoming, not both', () => {
  const both = stems(sets['locales/upcoming'].en).filter((key) => key !== 'language' && stems(sets.locales.en).includes(key));
  assert.deepEqual(both, []);
});
