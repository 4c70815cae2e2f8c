// Places without a paragraph: commands never leave one behind, and one that two people's edits left
// gets its paragraph when somebody puts the cursor there. Never when others' changes arrive: two
// browsers would each add one.
import { Extension } from '@tiptap/core';
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { Plugin, TextSelection, type Transaction } from '@tiptap/pm/state';
import { isRemote } from '../remote';

const CONTAINERS = new Set([
  'doc',
  'listItem',
  'blockquote',
  'callout',
  'tableCell',
  'tableHeader',
]);

export const isEmptyContainer = (node: Node): boolean =>
  CONTAINERS.has(node.type.name) && node.childCount === 0;

export const EmptyBlocks = Extension.create({
  name: 'emptyBlocks',
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        appendTransaction(transactions, _before, state) {
          const own = transactions.filter((tr) => tr.docChanged);
          if (own.length === 0 || transactions.some(isRemote)) return null;
          const tr = state.tr;
          fill(tr, touched(own, state.doc.content.size));
          return tr.docChanged ? tr : null;
        },
        props: {
          handleClick(view, pos) {
            if (!editor.isEditable) return false;
            const at = emptyAround(view.state.doc.resolve(pos));
            if (at === null) return false;
            const tr = view.state.tr.insert(at, paragraph(view.state.doc));
            view.dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 1)));
            return true;
          },
          handleKeyDown(view, event) {
            // Typing with the cursor beside an emptied chapter: make a place for it first.
            if (!editor.isEditable || view.state.doc.childCount > 0) return false;
            if (event.key.length !== 1 && event.key !== 'Enter') return false;
            const tr = view.state.tr.insert(0, paragraph(view.state.doc));
            view.dispatch(tr.setSelection(TextSelection.create(tr.doc, 1)));
            return event.key === 'Enter';
          },
        },
      }),
    ];
  },
});

const paragraph = (doc: Node): Node => doc.type.schema.nodes['paragraph']?.create() as Node;

/** Where the empty container around a position wants its paragraph; null when there is none. */
function emptyAround($pos: ResolvedPos): number | null {
  for (let depth = $pos.depth; depth >= 0; depth--) {
    if (isEmptyContainer($pos.node(depth))) return $pos.start(depth);
  }
  const after = $pos.nodeAfter;
  return after && isEmptyContainer(after) ? $pos.pos + 1 : null;
}

/** The range of the new document that the transactions changed. */
function touched(transactions: Transaction[], size: number): [number, number] {
  let from = size;
  let to = 0;
  transactions.forEach((tr, index) => {
    const later = transactions.slice(index + 1);
    tr.mapping.maps.forEach((map, i) => {
      map.forEach((_a, _b, start, end) => {
        let [a, b] = [tr.mapping.slice(i + 1).map(start, -1), tr.mapping.slice(i + 1).map(end, 1)];
        for (const next of later) [a, b] = [next.mapping.map(a, -1), next.mapping.map(b, 1)];
        from = Math.min(from, a);
        to = Math.max(to, b);
      });
    });
  });
  return [Math.max(0, from - 1), Math.min(size, to + 1)];
}

function fill(tr: Transaction, [from, to]: [number, number]): void {
  const places: number[] = [];
  if (isEmptyContainer(tr.doc)) places.push(0);
  else if (from <= to) {
    tr.doc.nodesBetween(from, to, (node, pos) => {
      if (isEmptyContainer(node)) places.push(pos + 1);
      return !node.isTextblock;
    });
  }
  const cursor = tr.selection.head;
  for (const at of places.reverse()) {
    tr.insert(at, paragraph(tr.doc));
    if (cursor === at) tr.setSelection(TextSelection.create(tr.doc, at + 1));
  }
  if (places.length > 0 && !tr.selection.$from.parent.inlineContent) {
    tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(from + 1, tr.doc.content.size))));
  }
}
