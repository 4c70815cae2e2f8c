// Where a popover goes: beside its button, inside the visible screen.

const GAP = 6;
const EDGE = 8;

/** Places a shown popover under (or over) its anchor; `end` lines up the ends instead of the starts. */
export function place(popover: HTMLElement, anchor: HTMLElement, end: boolean): void {
  const view = window.visualViewport;
  const width = view?.width ?? innerWidth;
  const height = view?.height ?? innerHeight;
  const at = anchor.getBoundingClientRect();
  const rtl = getComputedStyle(anchor).direction === 'rtl';
  popover.style.maxHeight = `${Math.max(160, height - 2 * EDGE)}px`;
  const size = popover.getBoundingClientRect();
  const alignRight = end !== rtl;
  const left = alignRight ? at.right - size.width : at.left;
  const below = at.bottom + GAP;
  const above = at.top - GAP - size.height;
  const fits = below + size.height <= height - EDGE;
  const top = fits || above < EDGE ? Math.min(below, height - EDGE - size.height) : above;
  popover.style.left = `${Math.max(EDGE, Math.min(left, width - EDGE - size.width))}px`;
  popover.style.top = `${Math.max(EDGE, top)}px`;
}
