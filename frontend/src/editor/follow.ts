// Going where a link leads.
import { paths, router } from '../lib/router.svelte';
import { linkOk } from './links';

/** The name by which a heading is found in a link: "Your rights" → "your-rights". */
export const headingName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** Goes where a link leads: to a heading here, to another chapter, or out in a tab of its own. */
export function followLink(href: string, slug: string): void {
  const chapter = /^chapter:([0-9a-z]{26})/.exec(href)?.[1];
  if (chapter !== undefined) router.go(paths.chapter(slug, chapter));
  else if (href.startsWith('#')) {
    const wanted = headingName(decodeURIComponent(href.slice(1)));
    const headings = document.querySelectorAll('.manuscript :is(h2, h3, h4, h5, h6)');
    [...headings].find((h) => headingName(h.textContent) === wanted)?.scrollIntoView();
  } else if (linkOk(href)) window.open(href, '_blank', 'noopener,noreferrer');
}
