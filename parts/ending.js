// What stands below a conversation's messages: quick replies, or the card that asks for a rating. The Messenger says which in
// the place's `data-state` (crates/core/src/ending.rs).
import { rating } from './ending/rating.js';
import { replies } from './ending/replies.js';

const KINDS = { q: replies, r: rating };

/**
 * Draws, and follows the place's state from then on.
 * @param {HTMLElement} place
 * @param {string} _data
 * @param {Record<string, string>} texts
 */
export function run(place, _data, texts) {
  let kind = '';
  /** @type {(data: string) => void} */
  let update;
  const draw = () => {
    const state = place.dataset.state;
    if (!(state?.[0] in KINDS)) return;
    if (state[0] !== kind) {
      [kind] = state;
      place.replaceChildren();
      update = KINDS[kind](place, texts);
    }
    update(state.slice(1));
  };
  new MutationObserver(draw).observe(place, { attributeFilter: ['data-state'] });
  draw();
}
