// What the shell is told about the text: how many words, and which headings stand where.
import type { Node } from '@tiptap/pm/model';
import type { Heading } from '../api/types';

// The same rule as app/manuscript/measure: in scripts without spaces each character is a word.
const UNSPACED =
  '\\u3005\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff' +
  '\\u{20000}-\\u{3ffff}\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff';
const PIECE = new RegExp(`[${UNSPACED}]|[^\\s${UNSPACED}]+`, 'gu');
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/** How many words a chapter has; footnotes and captions count. */
export function words(doc: Node): number {
  let count = 0;
  doc.descendants((node) => {
    if (!node.isTextblock && node.type.name !== 'footnote') return true;
    const text = node.textBetween(0, node.content.size, '\n', ({ type }) =>
      type.name === 'footnote' ? '' : ' ',
    );
    count += (text.match(PIECE) ?? []).filter((piece) => SAYS_SOMETHING.test(piece)).length;
    return true;
  });
  return count;
}

/** The headings of the top level, with the index of their block. */
export function headings(doc: Node): Heading[] {
  const found: Heading[] = [];
  doc.forEach((node, _offset, index) => {
    if (node.type.name !== 'heading') return;
    found.push({ index, level: node.attrs['level'] as number, text: node.textContent });
  });
  return found;
}
