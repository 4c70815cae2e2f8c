// The reading position: what happens above never moves the line one reads or writes. The browser's
// own anchoring is switched off in the scroller, because Safari has none and two would fight.

const SETTLE_MS = 150;

interface Anchor {
  element: Element;
  top: number;
}

/** Keeps the place in `root` while its content changes; returns the functions to drive it. */
export function keepReading(root: HTMLElement): {
  /** Call before changes of others are applied. */
  before: () => void;
  /** Call after they were. */
  after: () => void;
  stop: () => void;
} {
  const scroller = scrollerOf(root);
  const target = scroller === document.scrollingElement ? document.documentElement : scroller;
  if (target instanceof HTMLElement) target.style.setProperty('overflow-anchor', 'none');
  let anchor: Anchor | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const note = (): void => {
    anchor = findAnchor(root, scroller);
  };
  const restore = (): void => {
    if (!anchor?.element.isConnected) {
      note();
      return;
    }
    const moved = anchor.element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
    note();
  };
  // Whatever the person does themself sets the place anew; only then is it held.
  const own = (): void => {
    clearTimeout(timer);
    timer = setTimeout(note, SETTLE_MS);
    anchor = null;
  };
  const scrolled = (): void => {
    note();
  };
  const sized = new ResizeObserver(() => {
    if (anchor) restore();
    else note();
  });
  sized.observe(root);
  const listenTo = scroller === document.scrollingElement ? document : scroller;
  listenTo.addEventListener('scroll', scrolled, { passive: true });
  const owned = ['keydown', 'beforeinput', 'pointerdown', 'paste', 'drop'] as const;
  for (const name of owned) root.addEventListener(name, own, { capture: true });
  return {
    before: note,
    after: restore,
    stop: () => {
      clearTimeout(timer);
      sized.disconnect();
      listenTo.removeEventListener('scroll', scrolled);
      for (const name of owned) root.removeEventListener(name, own, { capture: true });
    },
  };
}

/** The element whose place on the screen is held: the one with the cursor, or the first in sight. */
function findAnchor(root: HTMLElement, scroller: Element): Anchor | null {
  const view = scroller === document.scrollingElement ? null : scroller.getBoundingClientRect();
  const top = Math.max(0, view?.top ?? 0);
  const bottom = Math.min(window.innerHeight, view?.bottom ?? window.innerHeight);
  const inSight = (element: Element): boolean => {
    const box = element.getBoundingClientRect();
    return box.bottom > top && box.top < bottom && box.height > 0;
  };
  const cursor = blockWithCursor(root);
  if (cursor && inSight(cursor))
    return { element: cursor, top: cursor.getBoundingClientRect().top };
  const first = firstInSight(root, top);
  return first ? { element: first, top: first.getBoundingClientRect().top } : null;
}

function blockWithCursor(root: HTMLElement): Element | null {
  const node = document.getSelection()?.focusNode ?? null;
  if (!node || !root.contains(node) || !root.contains(document.activeElement)) return null;
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest('p, h2, h3, h4, h5, h6, li, pre, figcaption, td, th') ?? null;
}

/** Goes down into lists and tables, so that a long one does not count as a single place. */
function firstInSight(parent: Element, top: number): Element | null {
  for (const child of parent.children) {
    const box = child.getBoundingClientRect();
    if (box.bottom <= top + 1 || box.height === 0) continue;
    const whole = box.top >= top || child.children.length === 0 || child.matches('p, pre, figure');
    return whole ? child : (firstInSight(child, top) ?? child);
  }
  return null;
}

/** The nearest ancestor that scrolls; the page itself in the end. */
export function scrollerOf(element: Element): Element {
  for (let up = element.parentElement; up; up = up.parentElement) {
    const { overflowY } = getComputedStyle(up);
    if (
      /auto|scroll|overlay/.test(overflowY) &&
      up !== document.body &&
      up !== document.documentElement
    )
      return up;
  }
  return document.scrollingElement ?? document.documentElement;
}
