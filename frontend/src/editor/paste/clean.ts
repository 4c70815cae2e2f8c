// Pasted HTML from word processors and web pages, brought down to what a chapter can hold.
import { wordFootnotes, wordLists } from './word';

export interface Cleaned {
  html: string;
  /** Pictures that came inside the HTML: to be uploaded, never kept as base64. */
  pictures: File[];
  /** How many pictures could not come along, because they are elsewhere. */
  left: number;
}

const DROPPED =
  'style,script,meta,link,title,head,template,iframe,object,embed,svg,canvas,video,audio,form input,button,select,textarea,noscript,colgroup,o\\:p';
const KEPT_ATTRIBUTES = new Set(['href', 'colspan', 'rowspan', 'start', 'data-footnote']);
const DEEPEST = 24;

/** `html` as the clipboard has it; HTML of this editor itself is left as it is. */
export function cleanHtml(html: string): Cleaned {
  if (/data-pm-slice/.test(html)) return { html, pictures: [], left: 0 };
  const doc = new DOMParser().parseFromString(html, 'text/html');
  const { body } = doc;
  removeComments(doc, body);
  wordFootnotes(body);
  wordLists(body);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  for (const element of body.querySelectorAll<HTMLElement>('[hidden], [style*="display:none"]')) {
    element.remove();
  }
  const found = takePictures(body);
  for (const element of [...body.querySelectorAll<HTMLElement>('*')]) restyle(element);
  for (const heading of body.querySelectorAll('h1')) rename(heading, 'h2');
  for (const element of body.querySelectorAll('p')) if (isBlank(element)) element.remove();
  flatten(body);
  for (const element of body.querySelectorAll('*')) strip(element);
  cleanTexts(doc, body);
  return { html: body.innerHTML, ...found };
}

/** Plain text without control characters, with one kind of line end, and without half characters. */
export function cleanText(text: string): string {
  const wellFormed = text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return (
    wellFormed
      .replaceAll(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- exactly those are taken out
      .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff]/g, '')
  );
}

function removeComments(doc: Document, body: HTMLElement): void {
  const walker = doc.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  // Word marks the bullets of its lists with conditional comments; word.ts needs only their text.
  for (const comment of found) (comment as ChildNode).remove();
}

/** What was said with styles is said with elements. */
function restyle(element: HTMLElement): void {
  const { fontWeight, fontStyle, textDecoration, verticalAlign } = element.style;
  const line = `${textDecoration} ${element.style.textDecorationLine}`;
  const tag = element.localName;
  // Google Docs wraps everything in <b style="font-weight:normal">.
  const notBold = /^(normal|[1-4]00)$/.test(fontWeight);
  if ((tag === 'b' || tag === 'strong') && notBold) return unwrap(element);
  if (/^h[1-6]$/.test(tag)) return;
  if (/^(bold|bolder|[6-9]00)$/.test(fontWeight) && tag !== 'b' && tag !== 'strong') {
    wrap(element, 'strong');
  }
  if (fontStyle === 'italic' && tag !== 'i' && tag !== 'em') wrap(element, 'em');
  if (line.includes('line-through') && !/^(s|del|strike)$/.test(tag)) wrap(element, 's');
  if (verticalAlign === 'super' && tag !== 'sup') wrap(element, 'sup');
  if (verticalAlign === 'sub' && tag !== 'sub') wrap(element, 'sub');
}

/** Puts the inside of an element into a new one; blocks stay blocks. */
function wrap(element: HTMLElement, tag: string): void {
  if (element.querySelector('p, div, ul, ol, table, h1, h2, h3, h4, h5, h6')) return;
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

function rename(element: Element, tag: string): void {
  const renamed = element.ownerDocument.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

function takePictures(body: HTMLElement): { pictures: File[]; left: number } {
  const pictures: File[] = [];
  let left = 0;
  for (const img of body.querySelectorAll('img')) {
    const file = dataFile(img.getAttribute('src') ?? '', img.getAttribute('alt') ?? '');
    const seen = img.width === 1 || img.height === 1; // a counting pixel is no picture
    if (file) pictures.push(file);
    else if (!seen) left += 1;
    img.remove();
  }
  for (const source of body.querySelectorAll('picture, source')) unwrap(source);
  return { pictures, left };
}

/** The file in a data: address of a picture; null for anything else. */
export function dataFile(source: string, name: string): File | null {
  const match = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(source);
  if (!match) return null;
  const [, type = '', data = ''] = match;
  try {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    return new File([bytes], `${name || 'picture'}.${type.slice(6)}`, { type });
  } catch {
    return null;
  }
}

/** Nesting that no book has is taken out: a chapter may be 64 levels deep. */
function flatten(body: HTMLElement): void {
  const nests = 'ul, ol, blockquote, table';
  for (const element of [...body.querySelectorAll(nests)].reverse()) {
    let depth = 0;
    for (
      let up = element.parentElement?.closest(nests);
      up;
      up = up.parentElement?.closest(nests)
    ) {
      depth += 1;
    }
    if (depth > DEEPEST) unwrap(element);
  }
}

function strip(element: Element): void {
  const redirect = /^https:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/;
  const href = element.getAttribute('href');
  if (href !== null) {
    const real = redirect.exec(href)?.[1];
    const target = real === undefined ? withinPage(href) : decodeURIComponent(real);
    // Word's own anchors (#_ftn1, #_Toc…) lead nowhere outside the file they come from.
    if (/^(?:#_|file:)/i.test(target)) return unwrap(element);
    element.setAttribute('href', target);
  }
  for (const { name } of [...element.attributes]) {
    if (!KEPT_ATTRIBUTES.has(name)) element.removeAttribute(name);
  }
}

/** Some browsers make a link within the copied text one into this page, and leave `//host` as it is. */
function withinPage(href: string): string {
  const here = location.href.replace(/#.*$/, '');
  if (href.startsWith(`${here}#`)) return href.slice(here.length);
  return href.startsWith('//') ? `https:${href}` : href;
}

const isBlank = (element: Element): boolean =>
  (element.textContent ?? '').replaceAll(/[\s\u00a0]/g, '') === '' &&
  !element.querySelector('img, hr, br + br, [data-footnote]') &&
  !element.closest('td, th, li');

function cleanTexts(doc: Document, body: HTMLElement): void {
  const walker = doc.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (node.parentElement?.closest('pre')) continue;
    // A no-break space stays where typography wants one: between digits, before ; : ! ? » and %.
    const spaced = node.data.replaceAll(
      /(^|[^\d«])\u00a0(?![;:!?»%\d])/g,
      (_whole, before: string) => `${before} `,
    );
    node.data = cleanText(spaced);
  }
}
