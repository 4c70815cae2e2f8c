// The reading position: what happens above never moves the line one reads or writes. The place is
// held by its position in the text, because ProseMirror reuses elements for other paragraphs. The
// browser's own anchoring is switched off in the scroller: Safari has none, and two would fight.
import type { Editor } from '@tiptap/core';

const SETTLE_MS = 150;

interface Place {
  pos: number;
  /** Where it is on the screen. */
  top: number;
}

/** Keeps the place in an editor while its content changes; `before` and `after` drive it. */
export function keepReading(editor: Editor): {
  /** Call before changes of others are applied. */
  before: () => void;
  /** Call after they were. */
  after: () => void;
  stop: () => void;
} {
  const { dom } = editor.view;
  const scroller = scrollerOf(dom);
  const wholePage = scroller === document.scrollingElement;
  const held = wholePage ? document.documentElement : scroller;
  if (held instanceof HTMLElement) held.style.setProperty('overflow-anchor', 'none');
  let place: Place | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ours = -1; // where we scrolled to ourselves

  const note = (): void => {
    place = editor.isDestroyed ? null : findPlace(editor, scroller);
  };
  const restore = (): void => {
    if (editor.isDestroyed) return;
    if (!place) {
      note();
      return;
    }
    const moved = topOf(editor, place.pos) - place.top;
    if (Math.abs(moved) < 1) return;
    scroller.scrollTop += moved;
    ours = scroller.scrollTop;
  };
  const scrolled = (): void => {
    // The place is noted anew for the person's scrolling only: noting it after every correction
    // would let a pixel here and there add up.
    if (Math.abs(scroller.scrollTop - ours) >= 1) note();
  };
  // Whatever the person does sets the place anew; until that has settled it is not held.
  const own = (): void => {
    clearTimeout(timer);
    timer = setTimeout(note, SETTLE_MS);
    place = null;
  };
  const follow = ({ transaction }: { transaction: Editor['state']['tr'] }): void => {
    if (!place || !transaction.docChanged) return;
    const { pos, deleted } = transaction.mapping.mapResult(place.pos, 1);
    place = deleted ? null : { ...place, pos };
  };
  const sized = new ResizeObserver(() => (place ? restore() : note()));
  sized.observe(dom);
  editor.on('transaction', follow);
  const listenTo = wholePage ? document : scroller;
  listenTo.addEventListener('scroll', scrolled, { passive: true });
  const owned = ['keydown', 'beforeinput', 'pointerdown', 'paste', 'drop'] as const;
  for (const name of owned) dom.addEventListener(name, own, { capture: true });
  // A phone's keyboard opens: then the line moves up with what is left of the screen.
  const screen = window.visualViewport ?? window;
  screen.addEventListener('resize', own);
  return {
    before: () => {
      if (!place) note();
    },
    after: restore,
    stop: () => {
      clearTimeout(timer);
      sized.disconnect();
      editor.off('transaction', follow);
      listenTo.removeEventListener('scroll', scrolled);
      for (const name of owned) dom.removeEventListener(name, own, { capture: true });
      screen.removeEventListener('resize', own);
    },
  };
}

/** The cursor where it is in sight, else the first letters in sight. */
function findPlace(editor: Editor, scroller: Element): Place | null {
  const { view } = editor;
  const box = scroller === document.scrollingElement ? null : scroller.getBoundingClientRect();
  const toolbar = view.dom.closest('.editor')?.querySelector('.tools')?.getBoundingClientRect();
  const top = Math.max(0, box?.top ?? 0, toolbar?.bottom ?? 0);
  const bottom = Math.min(window.innerHeight, box?.bottom ?? window.innerHeight);
  if (view.hasFocus()) {
    const pos = view.state.selection.head;
    const at = topOf(editor, pos);
    if (at >= top && at < bottom) return { pos, top: at };
  }
  const text = view.dom.getBoundingClientRect();
  if (text.top >= bottom || text.bottom <= top) return null;
  if (text.top >= top) return { pos: 0, top: text.top };
  const left = text.left + Math.min(40, text.width / 2);
  for (let y = top + 6; y < bottom; y += 24) {
    const found = view.posAtCoords({ left, top: y });
    if (found) return { pos: found.pos, top: topOf(editor, found.pos) };
  }
  return null;
}

function topOf({ view }: Editor, pos: number): number {
  if (pos === 0) return view.dom.getBoundingClientRect().top;
  return view.coordsAtPos(Math.min(pos, view.state.doc.content.size)).top;
}

/** The nearest ancestor that scrolls; the page itself in the end. */
export function scrollerOf(element: Element): Element {
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (up === document.body || up === document.documentElement) break;
    if (/auto|scroll|overlay/.test(getComputedStyle(up).overflowY)) return up;
  }
  return document.scrollingElement ?? document.documentElement;
}
