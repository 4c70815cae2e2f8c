// Putting a whole block in and getting out of one again.
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Plugin, TextSelection, type Transaction } from '@tiptap/pm/state';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    blocks: {
      /** Puts a block where the cursor is: in place of an empty paragraph, else after this block. */
      insertBlock: (json: object) => ReturnType;
      /** Moves the cursor into the block after this one, making a paragraph where there is none. */
      goBelow: () => ReturnType;
    };
  }
}

/** Blocks at whose end the arrow down must find a way out even at the end of the chapter. */
const CLOSED = new Set(['table', 'figure', 'codeBlock', 'callout', 'blockquote']);

export const Blocks = Extension.create({
  name: 'blocks',
  addCommands() {
    return {
      insertBlock:
        (json) =>
        ({ state, tr, dispatch }) => {
          const node = state.schema.nodeFromJSON(json);
          if (!dispatch) return true;
          const at = place(tr);
          tr.replaceWith(at.from, at.to, node);
          settle(tr, at.from, node);
          return true;
        },
      goBelow:
        () =>
        ({ tr, dispatch }) => {
          const { $head } = tr.selection;
          const depth = outermostClosed(tr);
          if (depth === null) return false;
          if (dispatch) {
            const after = $head.after(depth);
            if (!tr.doc.resolve(after).nodeAfter) tr.insert(after, paragraph(tr.doc));
            tr.setSelection(TextSelection.near(tr.doc.resolve(after), 1)).scrollIntoView();
          }
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    return {
      ArrowDown: () => {
        const { selection, doc } = this.editor.state;
        const depth = outermostClosed(this.editor.state.tr);
        if (depth === null || !selection.empty || !this.editor.view.endOfTextblock('down')) {
          return false;
        }
        const { $head } = selection;
        const after = $head.after(depth);
        // Only at the very end, where the arrow would otherwise lead nowhere.
        if (doc.resolve(after).nodeAfter || !isLastLine(doc, $head.pos, after)) return false;
        return this.editor.commands.goBelow();
      },
      'Mod-Enter': () => this.editor.commands.goBelow(),
    };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          // A click on the empty paper below the last block goes on writing there.
          handleClick(view, _pos, event) {
            const last = view.state.doc.lastChild;
            const box = view.dom.lastElementChild?.getBoundingClientRect();
            if (!editor.isEditable || !last || !box || event.clientY <= box.bottom) return false;
            if (!CLOSED.has(last.type.name) && last.type.name !== 'horizontalRule') return false;
            const end = view.state.doc.content.size;
            const tr = view.state.tr.insert(end, paragraph(view.state.doc));
            view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
            return true;
          },
        },
      }),
    ];
  },
});

const paragraph = (doc: Node): Node => doc.type.schema.nodes['paragraph']?.create() as Node;

/** The range a new block takes. */
function place(tr: Transaction): { from: number; to: number } {
  const { selection } = tr;
  if (selection instanceof NodeSelection && selection.node.isBlock) {
    return { from: selection.to, to: selection.to };
  }
  const { $to } = selection;
  if (!$to.parent.isTextblock) return { from: $to.pos, to: $to.pos };
  const after = $to.after();
  const empty = $to.parent.content.size === 0 && $to.parent.type.name === 'paragraph';
  return { from: empty ? $to.before() : after, to: after };
}

/** Puts the cursor into a new block's first line, or into the paragraph below it. */
function settle(tr: Transaction, at: number, node: Node): void {
  const inside = node.isTextblock || node.content.size > 0;
  if (inside) {
    tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1), 1));
  } else {
    const after = at + node.nodeSize;
    if (!tr.doc.resolve(after).nodeAfter?.isTextblock) tr.insert(after, paragraph(tr.doc));
    tr.setSelection(TextSelection.create(tr.doc, after + 1));
  }
  tr.scrollIntoView();
}

function outermostClosed(tr: Transaction): number | null {
  const { $head } = tr.selection;
  for (let depth = 1; depth <= $head.depth; depth++) {
    if (CLOSED.has($head.node(depth).type.name)) return depth;
  }
  return null;
}

/** Whether no textblock begins between the cursor's and the end of its closed block. */
function isLastLine(doc: Node, cursor: number, end: number): boolean {
  const $cursor = doc.resolve(cursor);
  const row = [...Array($cursor.depth + 1).keys()].find(
    (d) => $cursor.node(d).type.name === 'tableRow',
  );
  const from = row === undefined ? $cursor.after() : $cursor.after(row);
  let more = false;
  doc.nodesBetween(from, end, (node, pos) => {
    if (node.isTextblock && pos >= from) more = true;
    return !more;
  });
  return !more;
}
