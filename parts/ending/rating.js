// The card below a closed conversation that asks for a rating: five faces, then a remark (M§8.9). What may be changed, and
// when, is the core's and the server's.
import {
  'email.failed' as failed,
  'rating.amazing' as amazing,
  'rating.bad' as bad,
  'rating.great' as great,
  'rating.ok' as ok,
  'rating.remark' as remark,
  'rating.send' as send,
  'rating.terrible' as terrible,
  'rating.thanks' as thanks,
  'rating.title' as title,
} from '../../locales/en.json';
import { element, tell } from '../shared/element.js';
import { adopt } from '../shared/sheet.js';

const ENGLISH = {
  'email.failed': failed, 'rating.amazing': amazing, 'rating.bad': bad, 'rating.great': great, 'rating.ok': ok,
  'rating.remark': remark, 'rating.send': send, 'rating.terrible': terrible, 'rating.thanks': thanks, 'rating.title': title,
};
const FACES = [['😠', 'terrible'], ['🙁', 'bad'], ['😐', 'ok'], ['🙂', 'great'], ['🤩', 'amazing']];
/** Longest remark, characters (the server's limit). */
const LONGEST = 2000;

const CSS = `
.rating{margin:16px 0 2px;padding:16px;border-radius:16px;background:var(--raised);box-shadow:var(--card-shadow);text-align:center}
.ds .rating h2{font-size:15px;font-weight:600;line-height:1.35}
.rating-faces{display:flex;justify-content:center;gap:4px;margin-top:10px}
.ds .rating-faces button{min-width:44px;min-height:44px;border-radius:50%;font-size:26px;line-height:1;filter:grayscale(1);opacity:.75;transition:transform .15s,filter .15s,opacity .15s}
.ds .rating-faces :is(button:hover:enabled,[aria-pressed=true]){filter:none;opacity:1;transform:scale(1.15)}
.ds .rating-faces [aria-pressed=true]{background:var(--hover);box-shadow:inset 0 0 0 2px var(--action-ink)}
.rating form{display:flex;flex-direction:column;gap:10px;margin-top:14px}
.ds .rating textarea{min-height:72px;padding:10px 12px;border:1px solid var(--edge);border-radius:12px;background:var(--surface);color:inherit;font:inherit;resize:vertical}
.ds .rating .button{align-self:center}
.ds .rating p{margin-top:10px;color:var(--soft);font-size:13px}
.ds .rating .wrong{color:var(--bad)}
@media (prefers-reduced-motion:reduce){.ds .rating-faces button{transition:none}}
@media (pointer:coarse){.ds .rating textarea{font-size:16px}}
@media (forced-colors:active){.ds .rating-faces [aria-pressed=true]{outline:2px solid Highlight}}`;

/**
 * Draws the card; gives what brings it up to date: the rating's digit, 0 for none; `!` behind it when the server did not take
 * it, `.` when it is final.
 * @param {Element} place
 * @param {Record<string, string>} texts
 * @returns {(data: string) => void}
 */
export function rating(place, texts) {
  adopt(place, CSS);
  const say = (/** @type {keyof typeof ENGLISH} */ key) => texts[key] ?? ENGLISH[key];
  const heading = element('h2', { id: 'ds-rating' });
  const faces = FACES.map(([face]) => element('button', { type: 'button' }, face));
  const field = element('textarea', { rows: '3', dir: 'auto', maxlength: String(LONGEST) });
  const submit = element('button', { type: 'submit', class: 'button' });
  const form = element('form', {}, field, submit);
  const said = element('p', { role: 'status', tabindex: '-1' });
  place.append(
    element('section', { class: 'rating', 'aria-labelledby': 'ds-rating' }, heading,
      element('div', { class: 'rating-faces', role: 'group', 'aria-labelledby': 'ds-rating' }, ...faces), form, said),
  );
  const press = (given) => faces.forEach((face, index) => face.setAttribute('aria-pressed', String(index + 1 === given)));
  faces.forEach((face, index) => face.addEventListener('click', () => {
    press(index + 1);
    tell(place, `r${index + 1}`);
  }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text) tell(place, `m${text}`);
    else field.focus();
  });
  return (data) => {
    const [given, final, wrong] = [parseInt(data, 10), data.endsWith('.'), data.endsWith('!')];
    heading.textContent = say('rating.title');
    faces.forEach((face, index) => {
      const name = say(`rating.${FACES[index][1]}`);
      face.setAttribute('aria-label', name);
      face.title = name;
      face.disabled = final;
    });
    press(given);
    field.placeholder = say('rating.remark');
    field.setAttribute('aria-label', say('rating.remark'));
    submit.textContent = say('rating.send');
    const focused = form.contains(/** @type {ShadowRoot} */ (place.getRootNode()).activeElement);
    form.hidden = final || given === 0;
    said.className = wrong ? 'wrong' : '';
    said.textContent = wrong ? say('email.failed') : final ? say('rating.thanks') : '';
    if (focused && final) said.focus();
  };
}
