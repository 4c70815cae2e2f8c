// What only Microsoft Word does: lists as paragraphs with painted bullets, footnotes as links.

/** Runs of `MsoListParagraph` become real lists, nested by their level. */
export function wordLists(body: HTMLElement): void {
  const items = [...body.querySelectorAll<HTMLElement>('p')].filter(isItem);
  const done = new Set<HTMLElement>();
  for (const first of items) {
    if (done.has(first)) continue;
    const run: HTMLElement[] = [];
    for (let next: Element | null = first; next && isItem(next); next = next.nextElementSibling) {
      run.push(next);
      done.add(next);
    }
    const list = build(run);
    first.before(list);
    for (const item of run) item.remove();
  }
}

const isItem = (element: Element): element is HTMLElement =>
  element.localName === 'p' &&
  /mso-list:\s*l\d+\s+level\d+/i.test(element.getAttribute('style') ?? '');

const levelOf = (element: Element): number =>
  Number(/level(\d+)/i.exec(element.getAttribute('style') ?? '')?.[1] ?? 1);

/** Takes the painted bullet or number off an item and says whether it was a number. */
function takeMarker(item: HTMLElement): boolean {
  const marker = item.querySelector('[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]');
  const text = (marker?.textContent ?? '').trim();
  marker?.remove();
  return /^\(?[0-9a-z]{1,4}[.)]/i.test(text);
}

function build(run: HTMLElement[]): HTMLElement {
  const doc = (run[0] as HTMLElement).ownerDocument;
  const stack: { level: number; list: HTMLElement }[] = [];
  let root: HTMLElement | null = null;
  for (const item of run) {
    const level = levelOf(item);
    const tag = takeMarker(item) ? 'ol' : 'ul';
    while (stack.length > 1 && (stack.at(-1)?.level ?? 0) > level) stack.pop();
    let top = stack.at(-1);
    if (!top || level > top.level) {
      const list = doc.createElement(tag);
      (top?.list.lastElementChild ?? top?.list)?.append(list);
      root ??= list;
      top = { level, list };
      stack.push(top);
    }
    const li = doc.createElement('li');
    const paragraph = doc.createElement('p');
    paragraph.append(...item.childNodes);
    li.append(paragraph);
    top.list.append(li);
  }
  return root ?? doc.createElement('ul');
}

/** `[1]` that leads to `#_ftn1`, and the note at the end of the page, become one footnote. */
export function wordFootnotes(body: HTMLElement): void {
  for (const link of body.querySelectorAll<HTMLAnchorElement>(
    'a[href*="#_ftn"], a[href*="#_edn"]',
  )) {
    const id = /#_((?:ftn|edn)\d+)$/.exec(link.getAttribute('href') ?? '')?.[1];
    const note = id === undefined ? null : body.querySelector<HTMLElement>(`[id="${id}"]`);
    if (!note) continue;
    const footnote = body.ownerDocument.createElement('span');
    footnote.setAttribute('data-footnote', '');
    const words = note.cloneNode(true) as HTMLElement;
    for (const back of words.querySelectorAll('a[href*="#_ftnref"], a[href*="#_ednref"]'))
      back.remove();
    const paragraphs = words.querySelectorAll('p');
    const parts = paragraphs.length > 0 ? [...paragraphs] : [words];
    parts.forEach((part, i) => {
      if (i > 0) footnote.append(' ');
      footnote.append(...part.childNodes);
    });
    (link.closest('sup') ?? link).replaceWith(footnote);
    note.remove();
  }
  for (const hr of body.querySelectorAll('hr[align=left][size="1"]')) hr.remove(); // Word's line above notes
}
