// Going to the place of a finding: `#at=12&words=First+words` names a block of the open chapter.

export interface Place {
  /** Which block of the chapter, from 0. */
  at: number;
  /** How it begins: blocks move while people write. */
  words: string;
}

/** Reads the fragment of an address; null when it names no place. */
export function placeOf(fragment: string): Place | null {
  const said = new URLSearchParams(fragment.replace(/^#/u, ''));
  const at = Number(said.get('at') ?? NaN);
  if (!Number.isInteger(at) || at < 0) return null;
  return { at, words: said.get('words') ?? '' };
}

// The cells of a table have spaces between them in one and not in the other.
const plain = (text: string) => text.replaceAll(/\s+/gu, '');

/** The block that is meant: the nearest one that begins so, or else the one with that number. */
export function blockAt(texts: string[], { at, words }: Place): number {
  const wanted = plain(words);
  const like = texts
    .map((text, index) => ({ index, fits: wanted !== '' && plain(text).startsWith(wanted) }))
    .filter(({ fits }) => fits)
    .sort((a, b) => Math.abs(a.index - at) - Math.abs(b.index - at))[0];
  return like?.index ?? Math.min(at, texts.length - 1);
}

const SHOWN_MS = 4000;
const FOCUSED_MS = 60;

/** Brings the block into sight, puts the caret into it and marks it for a moment. */
export function goTo(page: HTMLElement, place: Place): boolean {
  const text = page.querySelector<HTMLElement>('.ProseMirror');
  if (text === null || text.children.length === 0) return false;
  const blocks = [...text.children];
  const block =
    blocks[
      blockAt(
        blocks.map((one) => one.textContent),
        place,
      )
    ];
  if (block === undefined) return false;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  block.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  // On a phone the caret would bring up the keyboard, over the place one wants to see.
  if (matchMedia('(pointer: fine)').matches) {
    text.focus({ preventScroll: true });
    // A moment later: on focus the editor puts its own selection back.
    setTimeout(() => {
      if (block.isConnected) getSelection()?.collapse(block, 0);
    }, FOCUSED_MS);
  }
  mark(block);
  return true;
}

/** Without a change of the text: the editor would take one back. */
function mark(block: Element): void {
  if (!('highlights' in CSS)) return;
  const range = document.createRange();
  range.selectNodeContents(block);
  const highlight = new Highlight(range);
  CSS.highlights.set('to-fix', highlight);
  setTimeout(() => {
    if (CSS.highlights.get('to-fix') === highlight) CSS.highlights.delete('to-fix');
  }, SHOWN_MS);
}
