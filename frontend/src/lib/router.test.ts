// @vitest-environment-options {"url": "http://book.test/"}
import { beforeEach, describe, expect, it } from 'vitest';
import { ownLink, parse, paths, router } from './router.svelte';

describe('an address', () => {
  it.each([
    ['/', { page: 'start' }],
    ['/join', { page: 'join' }],
    ['/g/nyc', { page: 'desk', slug: 'nyc', chapterId: null }],
    ['/g/nyc/', { page: 'desk', slug: 'nyc', chapterId: null }],
    ['/g/nyc/c/01abc', { page: 'desk', slug: 'nyc', chapterId: '01abc' }],
    ['/g/nyc/overview', { page: 'overview', slug: 'nyc' }],
    ['/g/nyc/book', { page: 'book', slug: 'nyc' }],
    ['/g/%E6%8C%87%E5%8D%97', { page: 'desk', slug: '指南', chapterId: null }],
    ['/g', { page: 'lost' }],
    ['/g/nyc/c', { page: 'lost' }],
    ['/g/nyc/overview/more', { page: 'lost' }],
    ['/elsewhere', { page: 'lost' }],
    ['/g/%E0%A4%A', { page: 'desk', slug: '%E0%A4%A', chapterId: null }],
  ])('%s leads to the right page', (path, route) => {
    expect(parse(path)).toEqual(route);
  });

  it('survives the way there and back', () => {
    const path = paths.chapter('指南 1', '01abc');
    expect(parse(path)).toEqual({ page: 'desk', slug: '指南 1', chapterId: '01abc' });
  });
});

describe('a click on a link', () => {
  beforeEach(() => {
    document.body.replaceChildren();
    history.replaceState(null, '', '/');
  });
  function click(html: string, init: MouseEventInit = {}): string | null {
    const box = document.createElement('div');
    box.insertAdjacentHTML('beforeend', html);
    document.body.append(box);
    let found: string | null = null;
    const listen = (event: MouseEvent) => {
      found = ownLink(event);
      event.preventDefault();
    };
    addEventListener('click', listen);
    const target = box.querySelector('b') ?? box.querySelector('a');
    target?.dispatchEvent(
      new MouseEvent('click', { bubbles: true, cancelable: true, button: 0, ...init }),
    );
    removeEventListener('click', listen);
    return found;
  }

  it('is ours inside the app, also on what the link holds', () => {
    expect(click('<a href="/g/nyc/book"><b>Book</b></a>')).toBe('/g/nyc/book');
  });
  it('is ours with the place of a chapter', () => {
    expect(click('<a href="/g/nyc/c/01j#at=3&words=x"><b>See</b></a>')).toBe(
      '/g/nyc/c/01j#at=3&words=x',
    );
    router.go('/g/nyc/c/01j#at=3');
    expect(router.place.fragment).toBe('#at=3');
  });
  it.each([
    ['with a modifier', '<a href="/g/nyc">x</a>', { ctrlKey: true }],
    ['to another site', '<a href="https://example.org/g/nyc">x</a>', {}],
    ['to a file of the API', '<a href="/api/guides/nyc/exports/1/files/a.pdf">x</a>', {}],
    ['that downloads', '<a href="/g/nyc" download>x</a>', {}],
    ['into another tab', '<a href="/g/nyc" target="_blank">x</a>', {}],
    ['to a place on the page', '<a href="/g/nyc#main">x</a>', {}],
    ['that is a secret join link', '<a href="/join#secret">x</a>', {}],
  ])('is the browser’s when it is one %s', (_, html, init) => {
    expect(click(html, init)).toBeNull();
  });
  it('moves the route and the address together', () => {
    router.go('/g/nyc/overview');
    expect(location.pathname).toBe('/g/nyc/overview');
    expect(router.route).toEqual({ page: 'overview', slug: 'nyc' });
  });
});
