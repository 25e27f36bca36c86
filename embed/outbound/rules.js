/**
 * The browser's half of the rules (crates/domain/src/outbound/page.rs writes them). Pure: what is asked of the page comes
 * in as facts.
 */

/**
 * One live message. `if`: its tests; `any`: whether one is enough; `ask`: whether the server has conditions of its own;
 * `every`: `once`, `visit`, `until`, or days; `from` and `to`: Unix seconds.
 *
 * @typedef {{ id: string, if: [string, any, string?][], any?: boolean, ask?: boolean, every: string | number,
 *   from?: number, to?: number }} Rule
 *
 * `page`: address, space, language; `seconds` on the page; `scrolled` percent; `visits` and `views` of this browser.
 * @typedef {{ page: string, seconds: number, scrolled: number, visits: number, views: number }} Facts
 */

/** @param {number} is @param {number} than @param {string} [how] */
const compare = (is, than, how) => (how === '<' ? is <= than : how === '>' ? is >= than : is === than);

/** @type {Record<string, (facts: Facts, than: any, how?: string) => boolean>} */
const TESTS = {
  u: ({ page }, than) => RegExp(than, 'i').test(page),
  n: ({ page }, than) => !RegExp(than, 'i').test(page),
  t: ({ seconds }, than) => seconds >= than,
  s: ({ scrolled }, than) => scrolled >= than,
  v: ({ visits }, than, how) => compare(visits, than, how),
  p: ({ views }, than, how) => compare(views, than, how),
};

/**
 * A test of a later version is not met.
 *
 * @param {Rule} rule
 * @param {Facts} facts
 */
export function met(rule, facts) {
  const holds = (/** @type {[string, any, string?]} */ [what, than, how]) => !!TESTS[what] && TESTS[what](facts, than, how);
  return rule.any ? rule.if.some(holds) : rule.if.every(holds);
}

/** Whether a test of this kind is among a message's. @param {Rule} rule @param {string} kinds */
export const has = (rule, kinds) => rule.if.some(([what]) => kinds.includes(what));

/** Whether visits have to be counted for it. @param {Rule} rule */
export const counts = (rule) => has(rule, 'vp') || rule.every === 'visit' || rule.every === 'until';

/**
 * How long until the clock alone may change something, in seconds; Infinity for never.
 *
 * @param {Rule} rule
 * @param {number} seconds on the page so far
 * @param {number} now Unix seconds
 */
export function wait(rule, seconds, now) {
  const times = rule.if.filter(([what, than]) => what === 't' && than > seconds).map(([, than]) => than - seconds);
  return Math.min(...times, rule.from && rule.from > now ? rule.from - now : Infinity);
}

/**
 * What is remembered of a message: when it was last shown (Unix milliseconds), in which visit, under which name, whether it
 * got as far as the screen, and whether the person did something with it.
 *
 * @typedef {{ at: number, visit: number, name: string, shown?: boolean, done?: boolean }} Memory
 *
 * @param {Rule} rule
 * @param {Memory | undefined} memory
 * @param {number} visit
 * @param {number} now Unix seconds
 */
export function due(rule, memory, visit, now) {
  if ((rule.from && now < rule.from) || (rule.to && now >= rule.to)) return false;
  // Asked for, and the page went away before the answer: asked again under the same name.
  if (!memory || !memory.shown) return true;
  if (rule.every === 'visit') return memory.visit !== visit;
  if (rule.every === 'until') return !memory.done && memory.visit !== visit;
  if (typeof rule.every === 'number') return now - memory.at / 1000 >= rule.every * 86400;
  return false;
}
