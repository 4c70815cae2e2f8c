// Which page is open: the address bar is the truth, `route` mirrors it.

export type Route =
  | { page: 'start' }
  | { page: 'join' }
  | { page: 'desk'; slug: string; chapterId: string | null }
  | { page: 'overview'; slug: string }
  | { page: 'book'; slug: string }
  | { page: 'check'; slug: string }
  | { page: 'lost' };

/** Reads a path such as `/g/nyc/c/01j…`; anything unknown is `lost`. */
export function parse(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, slug, section, id] = parts.map(safeDecode);
  if (parts.length === 0) return { page: 'start' };
  if (first === 'join' && parts.length === 1) return { page: 'join' };
  if (first !== 'g' || slug === undefined) return { page: 'lost' };
  if (parts.length === 2) return { page: 'desk', slug, chapterId: null };
  if (section === 'c' && id !== undefined && parts.length === 4) {
    return { page: 'desk', slug, chapterId: id };
  }
  if (section === 'overview' && parts.length === 3) return { page: 'overview', slug };
  if (section === 'book' && parts.length === 3) return { page: 'book', slug };
  if (section === 'check' && parts.length === 3) return { page: 'check', slug };
  return { page: 'lost' };
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const paths = {
  start: () => '/',
  desk: (slug: string) => `/g/${encodeURIComponent(slug)}`,
  chapter: (slug: string, id: string) => `/g/${encodeURIComponent(slug)}/c/${id}`,
  overview: (slug: string) => `/g/${encodeURIComponent(slug)}/overview`,
  book: (slug: string) => `/g/${encodeURIComponent(slug)}/book`,
  check: (slug: string) => `/g/${encodeURIComponent(slug)}/check`,
};

class Router {
  route: Route = $state(parse(location.pathname));
  /** Which place of the page is asked for, as `#at=12`; new each time, so that one may go there again. */
  place: { fragment: string } = $state.raw({ fragment: location.hash });

  /** Follows the back button and every plain click on a link of ours. Returns the clean-up. */
  start(): () => void {
    const follow = () => {
      this.route = parse(location.pathname);
      this.place = { fragment: location.hash };
    };
    const click = (event: MouseEvent) => {
      const href = ownLink(event);
      if (href === null) return;
      event.preventDefault();
      this.go(href);
    };
    addEventListener('popstate', follow);
    addEventListener('click', click);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('click', click);
    };
  }

  go(path: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, '', path);
    else if (path !== location.pathname + location.hash) history.pushState(null, '', path);
    this.route = parse(location.pathname);
    this.place = { fragment: location.hash };
  }
}

/** The path of a link the app itself should open, or null when the browser should. */
export function ownLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!(link instanceof HTMLAnchorElement) || link.href === '') return null;
  if (link.target !== '' || link.hasAttribute('download') || link.isContentEditable) return null;
  if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return null;
  if (parse(link.pathname).page === 'lost') return null;
  if (link.hash !== '' && !link.hash.startsWith('#at=')) return null;
  return link.pathname + link.hash;
}

export const router = new Router();
