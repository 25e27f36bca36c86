/**
 * Plain text as nodes: paragraphs, lines, and addresses as links. Nothing is ever read as HTML.
 */

import { element } from './borrowed.js';

/** What does not belong to an address though it stands right behind it. */
const TAIL = /[.,;:!?)\]'"]+$/;

/** @param {string} line @returns {(Node | string)[]} */
const linked = (line) =>
  line.split(/(https?:\/\/[^\s<>"]+)/).flatMap((piece, at) => {
    if (at % 2 === 0) return piece;
    const href = piece.replace(TAIL, '');
    return [element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, href), piece.slice(href.length)];
  });

/** @param {string} text @returns {HTMLElement[]} its paragraphs */
export const paragraphs = (text) =>
  text.split(/\n\n+/).map((paragraph) => {
    const lines = paragraph.split('\n').flatMap((line, at) => [...(at ? [element('br')] : []), ...linked(line)]);
    return element('p', { dir: 'auto' }, ...lines);
  });
