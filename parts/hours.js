// The line that says when the team answers: on Home, above a new conversation, in a conversation's header (M§8.7). It follows
// the clock: a panel may be open for hours.
import {
  'hours.away' as away,
  'hours.back' as back,
  'hours.back_day' as backDay,
  'hours.back_in' as backIn,
  'hours.back_tomorrow' as backTomorrow,
  'hours.day' as day,
  'hours.hour' as hour,
  'hours.hours' as hours,
  'hours.minutes' as minutes,
  'hours.within' as within,
} from '../locales/en.json';

const ENGLISH = {
  'hours.away': away, 'hours.back': back, 'hours.back_day': backDay, 'hours.back_in': backIn,
  'hours.back_tomorrow': backTomorrow, 'hours.day': day, 'hours.hour': hour, 'hours.hours': hours, 'hours.minutes': minutes,
  'hours.within': within,
};
const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Until the team is back, seconds: at these the words change. */
const STEPS = [3 * HOUR, 2 * HOUR, HOUR, 30 * MINUTE, 0];
/** Longest wait of a timer, milliseconds; browsers count no more than 24 days. */
const LONGEST = 86_400_000;

/**
 * Shows the line, and follows the place's state and the clock from then on.
 * @param {HTMLElement} place
 * @param {string} _data
 * @param {Record<string, string>} texts
 */
export function run(place, _data, texts) {
  let timer = 0;
  const show = () => {
    clearTimeout(timer);
    const now = Date.now() / 1000;
    const [text, until] = line(place.dataset.state ?? '', now, texts);
    place.dir = 'auto';
    place.hidden = !text;
    if (place.textContent !== text) place.textContent = text;
    if (until > now) {
      timer = setTimeout(() => place.isConnected && show(), Math.min((until - now) * 1000 + 500, LONGEST));
    }
  };
  new MutationObserver(show).observe(place, { attributeFilter: ['data-state'] });
  show();
}

/**
 * The words, and when there will be others (Unix seconds, 0 for never).
 * @param {string} state JSON of an `Office` (crates/protocol/src/talk.rs), behind a `-` when who answers here is away
 * @param {number} now Unix seconds
 * @param {Record<string, string>} texts
 * @returns {[string, number]}
 */
export function line(state, now, texts) {
  const alone = state.startsWith('-');
  const language = texts.language || 'en';
  const say = (key, values = {}) => {
    const name = `hours.${key}`;
    return (texts[name] ?? ENGLISH[name]).replace(/\{(\w+)\}/g, (_, value) => values[value]);
  };
  let office;
  try {
    office = JSON.parse(state.slice(Number(alone)));
  } catch {
    // Nothing is to be said of the others.
    return [alone ? say('away') : '', 0];
  }
  if (office.notice) return [office.notice, 0];
  const passed = office.changes.filter((at) => at <= now).length;
  const gone = office.away !== (passed % 2 === 1);
  const next = office.changes[passed] ?? 0;
  if (gone && !next) return [say('away'), 0];
  if (gone) {
    const left = next - now;
    return [returns(next, left, now, language, say), next - STEPS.find((step) => step < left)];
  }
  // Others are there, but not who answers here.
  if (alone) return [say('away'), next];
  if (office.reply_time) return [office.reply_time, next];
  if (office.hours) {
    const format = new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'long' });
    return [say('within', { time: format.format(office.hours) }), next];
  }
  return [`hours.${office.usually}` in ENGLISH ? say(office.usually) : '', next];
}

/** Rounded up to half an hour, then to whole hours; from more than three hours on the time itself, the visitor's own. */
function returns(at, left, now, language, say) {
  if (left <= 3 * HOUR) {
    const format = new Intl.RelativeTimeFormat(language);
    const time = left <= HOUR / 2 ? format.format(30, 'minute') : format.format(Math.ceil(left / HOUR), 'hour');
    return say('back_in', { time });
  }
  const date = new Date(at * 1000);
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(date);
  const today = new Date(now * 1000);
  const tomorrow = new Date(now * 1000);
  tomorrow.setDate(today.getDate() + 1);
  if (date.toDateString() === today.toDateString()) return say('back', { time });
  if (date.toDateString() === tomorrow.toDateString()) return say('back_tomorrow', { time });
  return say('back_day', { time, day: new Intl.DateTimeFormat(language, { weekday: 'long' }).format(date) });
}
