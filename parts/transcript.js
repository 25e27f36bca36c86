// A conversation as a text file, in the visitor's language: all of it, not just what is loaded (M§8.5, and on every device).
import { 'thread.you' as you } from '../locales/en.json';

/**
 * Fetches the conversation and saves it.
 * @param {null} _place
 * @param {string} data lines: the workspace's id, the first request of `thread`, the company's name
 * @param {Record<string, string>} texts
 */
export async function run(_place, data, texts) {
  const [app, request, company] = data.split('\n');
  // Parts are served from beside the Messenger's API.
  const address = new URL(`../messenger/${encodeURIComponent(app)}/thread`, import.meta.url).href;
  try {
    const asked = JSON.parse(request);
    const { conversation, parts } = await all(address, asked);
    save(`conversation-${conversation.id}.txt`, transcript(parts, texts, company));
  } catch {
    dispatchEvent(new CustomEvent('doorstep:transcript-failed'));
  }
}

/** The conversation with all its parts. @param {string} address @param {object} asked */
async function all(address, asked) {
  let parts = [];
  for (;;) {
    const body = JSON.stringify({ ...asked, before: parts[0]?.id });
    // Text, so that the browser asks no permission of the server first.
    const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    parts = found.parts.concat(parts);
    if (!found.more || found.parts.length === 0) return { conversation: found.conversation, parts };
  }
}

/**
 * @param {Array<{ author: { kind: string, name: string }, body: string, created_at: number }>} parts
 * @param {Record<string, string>} texts
 * @param {string} company
 */
export function transcript(parts, texts, company) {
  const language = texts.language || 'en';
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const lines = [company];
  let before;
  for (const part of parts) {
    const at = new Date(part.created_at * 1000);
    const today = day.format(at);
    if (today !== before) lines.push('', today);
    before = today;
    const mine = part.author.kind === 'contact';
    const name = mine ? texts['thread.you'] ?? you : part.author.name || company;
    lines.push('', `${name} · ${time.format(at)}`, plain(part.body));
  }
  return `${lines.join('\n')}\n`;
}

/** HTML the server has made safe, as text: lines for blocks, addresses of links and pictures behind their words. @param {string} html */
function plain(html) {
  // A document of its own: nothing in it is loaded or run.
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const link of body.querySelectorAll('a[href]')) {
    const address = link.getAttribute('href');
    if (link.textContent.trim() !== address) link.append(` (${address})`);
  }
  for (const picture of body.querySelectorAll('img[src]')) {
    picture.replaceWith(`${picture.getAttribute('alt') || ''} (${picture.getAttribute('src')})`.trim());
  }
  for (const end of body.querySelectorAll('br, p, li, pre, blockquote, h1, h2, h3, div')) end.append('\n');
  for (const end of body.querySelectorAll('br')) end.replaceWith('\n');
  for (const item of body.querySelectorAll('li')) item.prepend('- ');
  return body.textContent.replace(/\n{3,}/g, '\n\n').trim();
}

/** @param {string} name @param {string} text */
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then, however slow.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
