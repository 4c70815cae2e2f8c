// Footnotes: a number in the line that holds its words, so that a note moves with its sentence.
import { Node, type NodeViewRenderer } from '@tiptap/core';
import { NodeSelection, TextSelection } from '@tiptap/pm/state';

interface FootnoteOptions {
  view: NodeViewRenderer | null;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    footnote: {
      /** Puts a footnote at the cursor; selected words become the note's beginning. */
      insertFootnote: () => ReturnType;
    };
  }
}

export const Footnote = Node.create<FootnoteOptions>({
  name: 'footnote',
  group: 'inline',
  inline: true,
  content: 'inline*',
  atom: true,
  draggable: false,

  addOptions() {
    return { view: null };
  },

  parseHTML() {
    return [{ tag: 'span[data-footnote]' }];
  },

  renderHTML() {
    return ['span', { 'data-footnote': '', class: 'footnote' }, 0];
  },

  addNodeView() {
    return this.options.view;
  },

  addCommands() {
    return {
      insertFootnote:
        () =>
        ({ state, tr, dispatch, editor }) => {
          const { $from, to } = state.selection;
          // No footnote in a footnote, none in code.
          if (!$from.parent.inlineContent || $from.parent.type.spec.code) return false;
          if ($from.parent.type === this.type) return false;
          if (dispatch) {
            const at = Math.min(to, $from.end());
            tr.setSelection(TextSelection.create(tr.doc, at));
            tr.insert(at, this.type.create());
            tr.setSelection(NodeSelection.create(tr.doc, at)).scrollIntoView();
            (editor.storage as unknown as { openFootnote?: boolean }).openFootnote = true;
          }
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    return {
      'Mod-Alt-f': () => this.editor.commands.insertFootnote(),
      Enter: () => {
        const { selection } = this.editor.state;
        if (!(selection instanceof NodeSelection) || selection.node.type !== this.type)
          return false;
        const dom = this.editor.view.nodeDOM(selection.from) as HTMLElement | null;
        dom?.querySelector('button')?.click();
        return true;
      },
    };
  },
});
