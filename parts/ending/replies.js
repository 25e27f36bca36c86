// Quick replies: answers to choose from instead of typing, as buttons under the team's newest message. Choosing one sends its
// text; they are gone once the person has written.
import { 'reply.label' as label } from '../../locales/en.json';
import { element, tell } from '../shared/element.js';
import { adopt } from '../shared/sheet.js';

const CSS = `
.replies{display:flex;flex-wrap:wrap;justify-content:flex-end;gap:8px;margin-top:12px;padding-inline-start:36px}
.ds .reply{min-height:40px;max-width:100%;padding:8px 16px;border-radius:20px;box-shadow:inset 0 0 0 1px var(--action-ink);color:var(--action-ink);font-weight:600;overflow-wrap:anywhere}
.ds .reply:hover{background:var(--hover)}
@media (forced-colors:active){.ds .reply{border:1px solid ButtonText}}`;

/**
 * Draws them; gives what brings them up to date: the JSON of an array of texts and UUIDs.
 * @param {Element} place
 * @param {Record<string, string>} texts
 * @returns {(data: string) => void}
 */
export function replies(place, texts) {
  adopt(place, CSS);
  const group = element('div', { class: 'replies', role: 'group', 'aria-label': texts['reply.label'] ?? label });
  place.append(group);
  return (data) => {
    const options = JSON.parse(data).map(({ text, uuid }) => {
      const option = element('button', { type: 'button', class: 'reply', dir: 'auto' }, text);
      option.addEventListener('click', () => tell(place, `q${uuid}${text}`));
      return option;
    });
    group.replaceChildren(...options);
  };
}
