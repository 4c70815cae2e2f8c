// Promises of single commands: new places have a paragraph, links lead only where they may.
import { afterEach, expect, test, vi } from 'vitest';
import { toHref } from './links';
import { headings, words } from './stats';
import { type Writer, lines, p, seeded, writer, yText } from './testing';

// A loaded machine takes its time; a broken promise is broken after ten seconds too.
vi.setConfig({ testTimeout: 30_000 });
const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });

let open: Writer[] = [];
afterEach(() => {
  for (const { editor } of open) editor.destroy();
  open = [];
});
function start(...blocks: Parameters<typeof seeded>): Writer {
  const made = writer(seeded(...blocks));
  open.push(made);
  return made;
}
const shape = ({ editor }: Writer): string => editor.state.doc.toString();

test('a table comes with a paragraph in every cell, and so do its new rows and columns', () => {
  const one = start(p(''));
  one.editor.chain().setTextSelection(1).insertTable({ rows: 2, cols: 2 }).run();
  one.editor.chain().fixTables().addRowAfter().run();
  one.editor.chain().fixTables().addColumnAfter().run();
  expect(shape(one)).not.toMatch(/table(Cell|Header)(,|\)|$)/);
  expect(shape(one).match(/table(Cell|Header)\(paragraph\)/g)).toHaveLength(9);
  expect(yText(one).match(/<paragraph>/g)).toHaveLength(9);
});

test('deleting everything leaves a line to write in', () => {
  const one = start(p('Some'), p('words'));
  one.editor.chain().selectAll().deleteSelection().run();
  expect(shape(one)).toBe('doc(paragraph)');
});

test('Tab moves an item as far in as it goes, and then stays in the text', () => {
  const one = start(p('One'));
  one.editor.chain().setTextSelection(3).toggleBulletList().run();
  const press = (shiftKey = false) => {
    const event = new KeyboardEvent('keydown', { key: 'Tab', shiftKey, cancelable: true });
    return one.editor.view.someProp('handleKeyDown', (handle) => handle(one.editor.view, event));
  };
  expect(press()).toBe(true);
  expect(shape(one)).toBe('doc(bulletList(listItem(paragraph("One"))))');
  expect(press(true)).toBe(true);
  expect(shape(one)).toBe('doc(paragraph("One"))');
  expect(press()).toBeFalsy();
});

test('redo never undoes, whatever Caps Lock makes of the key', () => {
  const one = start(p('One'));
  one.editor.chain().insertContentAt(4, ' two').run();
  for (const key of ['Z', 'z']) {
    const event = new KeyboardEvent('keydown', { key, keyCode: 90, shiftKey: true, ctrlKey: true });
    one.editor.view.someProp('handleKeyDown', (handle) => handle(one.editor.view, event));
    expect(shape(one)).toBe('doc(paragraph("One two"))');
  }
});

test('an empty chapter that came from others is not filled by itself', () => {
  const one = start(p('Words'));
  one.doc.getXmlFragment('content').delete(0, 1);
  expect(shape(one)).toBe('doc');
  expect(yText(one)).toBe('');
});

test('a block takes the place of an empty line, or stands below a full one', () => {
  const one = start(p('Full'), p(''));
  one.editor.chain().setTextSelection(7).insertBlock({ type: 'horizontalRule' }).run();
  expect(shape(one)).toBe('doc(paragraph("Full"), horizontalRule, paragraph)');
  one.editor
    .chain()
    .setTextSelection(2)
    .insertBlock({ type: 'blockquote', content: [p('')] })
    .run();
  expect(shape(one)).toContain('paragraph("Full"), blockquote(paragraph), horizontalRule');
});

test('a box wraps, changes its kind and is taken away; the words stay', () => {
  const one = start(p('Careful'));
  one.editor.chain().setTextSelection(2).setCallout('tip').run();
  expect(yText(one)).toBe('<callout kind="tip"><paragraph>Careful</paragraph></callout>');
  one.editor.commands.setCallout('warning');
  expect(yText(one)).toContain('kind="warning"');
  one.editor.commands.unsetCallout();
  expect(yText(one)).toBe('<paragraph>Careful</paragraph>');
});

test('a footnote stands behind the word and never in another footnote or in code', () => {
  const one = start(p('Word.'), { type: 'codeBlock', content: [{ type: 'text', text: 'x' }] });
  one.editor.chain().setTextSelection(6).insertFootnote().run();
  expect(shape(one)).toContain('paragraph("Word.", footnote)');
  one.editor.commands.setTextSelection(10);
  expect(one.editor.isActive('codeBlock')).toBe(true);
  expect(one.editor.can().insertFootnote()).toBe(false);
});

test.each([
  ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
  ['example.org/path', 'https://example.org/path'],
  ['someone@example.org', 'mailto:someone@example.org'],
  ['+1 212 555 0100', 'tel:+12125550100'],
  ['#rights', '#rights'],
  ['https://example.org/a b', 'https://example.org/a%20b'],
  ['javascript:alert(1)', null],
  ['java\tscript:alert(1)', null],
  ['data:text/html,x', null],
  ['just words', null],
  [`https://example.org/${'x'.repeat(2100)}`, null],
])('as a link, %j leads to %j', (typed, href) => {
  expect(toHref(typed)).toBe(href);
});

test('typing an address and a space makes it a link', () => {
  const one = start(p('See https://example.org/x'));
  const end = one.editor.state.doc.content.size - 1;
  const { view } = one.editor;
  one.editor.commands.setTextSelection(end);
  view.someProp('handleTextInput', (f) => f(view, end, end, ' ', () => view.state.tr));
  expect(yText(one)).toContain('<link href="https://example.org/x">https://example.org/x</link> ');
});

test('Escape, then Tab, is left to the browser; Tab in a list is not', () => {
  const list = {
    type: 'bulletList',
    content: ['a', 'b'].map((t) => ({ type: 'listItem', content: [p(t)] })),
  };
  const one = start(list);
  one.editor.commands.setTextSelection(8);
  const press = (key: string): boolean => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    one.editor.view.dom.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(press('Escape')).toBe(false);
  expect(press('Tab')).toBe(false);
  expect(lines(one)).toEqual(['a', 'b']);
  expect(press('Tab')).toBe(true);
  expect(shape(one)).toContain('listItem(paragraph("a"), bulletList(listItem(paragraph("b"))))');
});

test('a picture that cannot be uploaded leaves the words alone and can be tried again', async () => {
  const send = vi
    .fn()
    .mockRejectedValueOnce(new Error('too big'))
    .mockResolvedValueOnce({ id: 'a'.repeat(26) });
  URL.createObjectURL = () => 'blob:x';
  URL.revokeObjectURL = () => undefined;
  const one = writer(seeded(p('Before'), p('After')), {
    send,
    sentence: () => 'That is too big to send.',
  });
  open.push(one);
  one.editor.commands.insertPictures([new File(['x'], 'photo.png', { type: 'image/png' })], 3);
  const box = (): Element | null => one.editor.view.dom.querySelector('.upload');
  await eventually(() => expect(box()?.textContent).toContain('That is too big to send.'));
  one.editor.commands.insertContentAt(1, 'Long ');
  expect(lines(one)).toEqual(['Long Before', 'After']);
  box()?.querySelector('button')?.click();
  await eventually(() => expect(lines(one)).toEqual(['Long Before', '', 'After']));
  expect(yText(one)).toContain(`asset="${'a'.repeat(26)}"`);
  expect(box()).toBeNull();
});

test('words and headings are counted as the server counts them', () => {
  const one = start(
    { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Your rights' }] },
    p('Three words — here'),
    p('你好 world'),
  );
  expect(words(one.editor.state.doc)).toBe(2 + 3 + 3);
  expect(headings(one.editor.state.doc)).toEqual([{ index: 0, level: 2, text: 'Your rights' }]);
});
