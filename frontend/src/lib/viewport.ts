// The part of the screen the phone's keyboard leaves free, as --seen-height on <html>.

/** Keeps --seen-height and data-keyboard current; returns the clean-up. */
export function watchViewport(): () => void {
  const view = window.visualViewport;
  if (!view) return () => undefined;
  const root = document.documentElement;
  const update = () => {
    root.style.setProperty('--seen-height', `${Math.round(view.height)}px`);
    root.style.setProperty('--seen-top', `${Math.round(view.offsetTop)}px`);
    root.dataset['keyboard'] = view.height < 440 ? 'open' : 'closed';
  };
  update();
  view.addEventListener('resize', update);
  view.addEventListener('scroll', update);
  return () => {
    view.removeEventListener('resize', update);
    view.removeEventListener('scroll', update);
  };
}
