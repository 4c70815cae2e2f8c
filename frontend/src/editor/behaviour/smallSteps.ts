// Changes of others arrive from y-tiptap as "replace the whole chapter". Here each becomes the small
// step that it is, so that selections, decorations and reading positions can simply be mapped.
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { type EditorState, Selection, TextSelection, type Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import { relativePositionToAbsolutePosition, ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { isRemote, isUndo, syncMeta } from '../remote';

interface Binding {
  doc: Y.Doc;
  type: Y.XmlFragment;
  mapping: Map<unknown, Node | Node[]>;
  beforeTransactionSelection: { anchor: Y.RelativePosition; head: Y.RelativePosition } | null;
}

interface Change {
  from: number;
  to: number;
  /** Where the new content ends. */
  end: number;
}

export const SmallSteps = Extension.create({
  name: 'smallSteps',
  priority: 2000,
  dispatchTransaction({ transaction, next }) {
    const { state } = this.editor;
    next(isRemote(transaction) ? smaller(state, transaction) : transaction);
  },
});

/** The same change as a small step; the given transaction where that is not possible. */
export function smaller(state: EditorState, tr: Transaction): Transaction {
  const small = state.tr;
  const change = difference(state.doc, tr.doc);
  if (change) {
    const { from, to, end } = change;
    try {
      small.step(new ReplaceStep(from, to, tr.doc.slice(from, end)));
    } catch {
      return tr;
    }
    if (!small.doc.eq(tr.doc)) return tr;
  }
  small.setMeta('addToHistory', false).setMeta(ySyncPluginKey, syncMeta(tr));
  if (isUndo(tr)) {
    // One's own undo goes to where it happened, and one wants to see that.
    small.setSelection(Selection.fromJSON(small.doc, tr.selection.toJSON() as object));
    if (tr.scrolledIntoView) small.scrollIntoView();
    return small;
  }
  const { binding } = ySyncPluginKey.getState(state) as { binding: Binding };
  small.setSelection(keep(state, small, binding, change));
  return small;
}

function difference(before: Node, after: Node): Change | null {
  const from = before.content.findDiffStart(after.content);
  const ends = before.content.findDiffEnd(after.content);
  if (from === null || ends === null) return null;
  const overlap = Math.max(0, from - Math.min(ends.a, ends.b));
  return { from, to: ends.a + overlap, end: ends.b + overlap };
}

/** The person's own selection in the changed document: at the same letters as before. */
function keep(
  state: EditorState,
  small: Transaction,
  binding: Binding,
  change: Change | null,
): Selection {
  const { selection } = state;
  const relative = binding.beforeTransactionSelection;
  if (!(selection instanceof TextSelection) || !change) {
    return selection.map(small.doc, small.mapping);
  }
  const at = (pos: number, rel: Y.RelativePosition | undefined): number => {
    const outside = pos <= change.from || pos >= change.to;
    // The ends of marked words stick to those words, whatever is put in beside them.
    if (!selection.empty && outside) return small.mapping.map(pos, pos === selection.from ? 1 : -1);
    const known = rel && alive(binding.doc, rel) ? resolve(binding, rel) : null;
    const found =
      known ?? sameWords(state.doc, small.doc, pos, change) ?? small.mapping.map(pos, -1);
    return Math.min(found, small.doc.content.size);
  };
  const anchor = small.doc.resolve(at(selection.anchor, relative?.anchor));
  const head = small.doc.resolve(at(selection.head, relative?.head));
  return TextSelection.between(anchor, head);
}

/** Whether the letter a position sticks to still exists. */
function alive(doc: Y.Doc, rel: Y.RelativePosition): boolean {
  const id = rel.item ?? rel.type;
  if (!id) return true;
  const item = Y.getItem(doc.store, id) as Y.Item | Y.GC;
  return item instanceof Y.Item && !item.deleted;
}

function resolve({ doc, type, mapping }: Binding, rel: Y.RelativePosition): number | null {
  return relativePositionToAbsolutePosition(doc, type, rel, mapping as never);
}

/** A paragraph that became a heading is a new one to Yjs: find its words again. */
function sameWords(before: Node, after: Node, pos: number, change: Change): number | null {
  if (pos <= change.from || pos >= change.to) return null;
  const $pos = before.resolve(pos);
  const words = $pos.parent.textContent;
  if (words === '' || !$pos.parent.isTextblock) return null;
  let found: number | null = null;
  after.nodesBetween(change.from, Math.min(change.end, after.content.size), (node, at) => {
    if (found === null && node.isTextblock && node.textContent === words) {
      found = at + 1 + Math.min($pos.parentOffset, node.content.size);
    }
    return found === null;
  });
  return found;
}
