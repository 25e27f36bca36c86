// axe-core over a page or a frame: WCAG 2.2, levels A and AA.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  // Of WCAG 2.2, and not on by itself.
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/**
 * @param {import('playwright-core').Page | import('playwright-core').Frame} where
 * @returns {Promise<string[]>} one line a finding: the rule, what it is about, and the element
 */
export async function findings(where) {
  if (!(await where.evaluate(() => 'axe' in window))) await where.evaluate(AXE);
  return where.evaluate(async (options) => {
    const { violations } = await window.axe.run(document, options);
    return violations.flatMap((found) =>
      found.nodes.map((node) => `${found.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
    );
  }, OPTIONS);
}
