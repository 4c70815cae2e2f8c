// Promises of writing together: texts meet, and others' edits never move one's selection.
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { type Writer, find, lines, p, pair, yText } from './testing';

let open: Writer[] = [];
afterEach(() => {
  for (const { editor } of open) editor.destroy();
  open = [];
});

function two(...blocks: Parameters<typeof pair>) {
  const made = pair(...blocks);
  open.push(made[0], made[1]);
  return made;
}

const select = ({ editor }: Writer, from: number, to = from): void => {
  editor.commands.setTextSelection({ from, to });
};
const marked = ({ editor }: Writer): string => {
  const { from, to } = editor.state.selection;
  return editor.state.doc.textBetween(from, to, '|');
};
const around = ({ editor }: Writer): string => {
  const { $from } = editor.state.selection;
  const text = $from.parent.textContent;
  return `${text.slice(0, $from.parentOffset)}^${text.slice($from.parentOffset)}`;
};

test('both texts are equal and complete after a cut line', () => {
  const [one, other, net] = two(p('Start'));
  net.cut();
  one.editor.commands.insertContentAt(6, ' from one');
  other.editor.commands.insertContentAt(1, 'From the other: ');
  net.join();
  expect(lines(one)).toEqual(['From the other: Start from one']);
  expect(lines(other)).toEqual(lines(one));
  expect(yText(one)).toBe(yText(other));
});

test('a face replaced by another leaves the document sane', () => {
  const [one, other] = two(p('x😀y'));
  const at = find(one, '😀');
  one.editor.commands.insertContentAt({ from: at, to: at + 2 }, '😃');
  expect(lines(other)).toEqual(['x😃y']);
  const fresh = new Y.Doc();
  Y.applyUpdate(fresh, Y.encodeStateAsUpdate(one.doc));
  expect(fresh.getXmlFragment('content').toString()).toBe('<paragraph>x😃y</paragraph>');
  one.editor.commands.insertContentAt(at, '😄😅');
  other.editor.commands.insertContentAt({ from: at, to: at + 2 }, '👩‍🚀');
  expect(lines(one)).toEqual(lines(other));
  expect(yText(one)).not.toContain('\ufffd');
});

test.each([
  [
    'typing before it in the same line',
    (w: Writer) => w.editor.commands.insertContentAt(1, 'New '),
  ],
  ['a new block above', (w: Writer) => w.editor.commands.insertContentAt(0, p('All above'))],
  ['a block removed above', (w: Writer) => w.editor.commands.deleteRange({ from: 0, to: 7 })],
  [
    'Enter in front of it',
    (w: Writer) => {
      const at = find(w, 'world');
      w.editor.chain().setTextSelection(at).splitBlock().run();
    },
  ],
  [
    'its paragraph made a heading',
    (w: Writer) => {
      w.editor.chain().setTextSelection(find(w, 'world')).setHeading({ level: 2 }).run();
    },
  ],
  [
    'its words made bold',
    (w: Writer) => {
      const at = find(w, 'brave');
      w.editor
        .chain()
        .setTextSelection({ from: at, to: at + 11 })
        .toggleBold()
        .run();
    },
  ],
  [
    'something in another paragraph that begins alike',
    (w: Writer) => w.editor.commands.insertContentAt(find(w, 'brave'), 'very '),
  ],
])('the marked words stay marked after %s', (_name, edit) => {
  const [one, other] = two(p('First'), p('a brave world'), p('a brave world and all'));
  const at = find(one, 'world');
  select(one, at, at + 5);
  edit(other);
  expect(marked(one)).toBe('world');
  expect(lines(one)).toEqual(lines(other));
});

test('a caret at the end of a short line does not jump to a longer one that begins alike', () => {
  const [one, other] = two(p('A'), p('All of us'));
  select(one, 2);
  other.editor.commands.insertContentAt(1, 'B');
  expect(around(one)).toBe('BA^');
});

test('others typing where the caret stands leaves it in front of their words', () => {
  const [one, other] = two(p('Hello'));
  select(one, 6);
  other.editor.commands.insertContentAt(6, ' you');
  expect(around(one)).toBe('Hello^ you');
});

test('a change of others is a small step, so that everything else can be mapped', () => {
  const [one, other] = two(p('First'), p('Second'), p('Third'));
  let size = -1;
  one.editor.on('transaction', ({ transaction }) => {
    const [map] = transaction.mapping.maps;
    map?.forEach((from, to) => (size = to - from));
  });
  other.editor.commands.insertContentAt(find(other, 'Second'), 'The ');
  expect(size).toBe(0);
  expect(lines(one)[1]).toBe('The Second');
});

test('a change of others never scrolls', () => {
  const [one, other] = two(p('First'), p('Second'));
  let scrolled = false;
  one.editor.on('transaction', ({ transaction }) => (scrolled ||= transaction.scrolledIntoView));
  other.editor.commands.insertContentAt(1, 'x');
  expect(lines(one)[0]).toBe('xFirst');
  expect(scrolled).toBe(false);
});

test('undo takes back one’s own edits and nobody else’s', () => {
  const [one, other] = two(p('Text'));
  one.editor.commands.insertContentAt(5, ' mine');
  other.editor.commands.insertContentAt(1, 'Theirs ');
  one.editor.commands.undo();
  expect(lines(one)).toEqual(['Theirs Text']);
  one.editor.commands.redo();
  expect(lines(other)).toEqual(['Theirs Text mine']);
});

test('two people who empty a list item, a cell and a quote at once add nothing by themselves', () => {
  const list = {
    type: 'bulletList',
    content: [{ type: 'listItem', content: [p('one'), p('two')] }],
  };
  const [one, other, net] = two(list);
  net.cut();
  const drop = (w: Writer, words: string): void => {
    const at = find(w, words);
    w.editor.commands.deleteRange({ from: at - 1, to: at + words.length + 1 });
  };
  drop(one, 'one');
  drop(other, 'two');
  net.join();
  expect(yText(one)).toBe('<bulletlist><listitem></listitem></bulletlist>');
  expect(yText(other)).toBe(yText(one));
});

test('ragged tables of two people are not repaired behind their backs', () => {
  const [one, other, net] = two(p('before'));
  one.editor.chain().setTextSelection(7).insertTable({ rows: 2, cols: 2 }).run();
  net.cut();
  one.editor
    .chain()
    .setTextSelection(find(one, 'before') + 12)
    .addColumnAfter()
    .run();
  other.editor
    .chain()
    .setTextSelection(find(other, 'before') + 12)
    .addRowAfter()
    .run();
  const [a, b] = [yText(one), yText(other)];
  net.join();
  expect(a).not.toBe(b);
  expect(yText(one)).toBe(yText(other));
  const cells = yText(one).match(/<table(cell|header) /g)?.length;
  expect(cells).toBe(8); // 2×2, a column of two, a row of two: and none invented
  for (const { editor } of [one, other]) {
    expect(editor.state.doc.toString().match(/table(Cell|Header)\(/g)).toHaveLength(8);
  }
  expect(() => one.editor.state.doc.check()).not.toThrow();
});
