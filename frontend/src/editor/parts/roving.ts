// A toolbar is one stop on the keyboard's way: arrow keys go from button to button inside it.

/** For `{@attach roving}` on an element with role toolbar; its buttons have `data-tool`. */
export function roving(bar: HTMLElement): () => void {
  const tools = (): HTMLElement[] => [...bar.querySelectorAll<HTMLElement>('[data-tool]')];
  let current: HTMLElement | null = null;
  const stop = (tool: HTMLElement | undefined): void => {
    if (!tool) return;
    for (const other of tools()) other.tabIndex = other === tool ? 0 : -1;
    current = tool;
  };
  const keydown = (event: KeyboardEvent): void => {
    const all = tools();
    const at = all.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const rtl = getComputedStyle(bar).direction === 'rtl';
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    const to = step !== undefined ? at + step : { Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = all.at(to % all.length);
    stop(next);
    next?.focus();
  };
  const focusin = (event: FocusEvent): void => {
    const tool = (event.target as HTMLElement).closest<HTMLElement>('[data-tool]');
    if (tool) stop(tool);
  };
  const changed = new MutationObserver(() => {
    if (!current?.isConnected) stop(tools()[0]);
  });
  stop(tools()[0]);
  bar.addEventListener('keydown', keydown);
  bar.addEventListener('focusin', focusin);
  changed.observe(bar, { childList: true, subtree: true });
  return () => {
    bar.removeEventListener('keydown', keydown);
    bar.removeEventListener('focusin', focusin);
    changed.disconnect();
  };
}
