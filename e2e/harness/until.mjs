// Waiting for a condition, in tests of any browser.
import assert from 'node:assert/strict';

/**
 * Asks again until the answer is right: a condition, not a duration. The limit only ends a test that would never end.
 * @template T
 * @param {() => Promise<T> | T} ask
 * @param {(answer: T) => boolean} right
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function until(ask, right, what) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    if (Date.now() > end) assert.fail(`${what}: still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
