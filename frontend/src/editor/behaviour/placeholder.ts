// A word of welcome in an empty chapter, and in the empty line where one has just arrived.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

export const Placeholder = Extension.create<{ chapter: string; line: string }>({
  name: 'placeholder',
  addOptions() {
    return { chapter: '', line: '' };
  },
  addProseMirrorPlugins() {
    const { chapter, line } = this.options;
    const { editor } = this;
    return [
      new Plugin({
        props: {
          decorations({ doc, selection }) {
            if (!editor.isEditable) return null;
            const first = doc.firstChild;
            const blank = doc.childCount === 1 && first?.type.name === 'paragraph';
            if (blank && first.content.size === 0) return mark(0, first.nodeSize, chapter);
            const { $head, empty } = selection;
            const { parent, depth } = $head;
            const bare = empty && depth === 1 && parent.type.name === 'paragraph';
            if (!bare || parent.content.size > 0 || !editor.isFocused) return null;
            return mark($head.before(), $head.after(), line);
          },
        },
      }),
    ];

    function mark(from: number, to: number, text: string): DecorationSet {
      const attrs = { class: 'placeholder', 'data-placeholder': text };
      return DecorationSet.create(editor.state.doc, [Decoration.node(from, to, attrs)]);
    }
  },
});
