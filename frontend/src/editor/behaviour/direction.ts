// Lines that do not show their direction yet (empty ones, or a slash and nothing else) take the
// guide's: `dir="auto"` alone would start every new line of an Arabic guide on the left.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const LETTER = /\p{L}/u;
/** Longer texts have a letter somewhere near their beginning. */
const SHORT = 24;

export const Direction = Extension.create<{ dir: 'ltr' | 'rtl' }>({
  name: 'direction',
  addOptions() {
    return { dir: 'ltr' };
  },
  addProseMirrorPlugins() {
    const { dir } = this.options;
    if (dir === 'ltr') return []; // that is what `auto` takes by itself
    return [
      new Plugin({
        props: {
          decorations({ doc }) {
            const found: Decoration[] = [];
            doc.descendants((node, pos) => {
              if (!node.isTextblock || node.type.spec.code) return true;
              const open = node.content.size <= SHORT && !LETTER.test(node.textContent);
              // On every line: where a decoration ends, ProseMirror takes the attribute away.
              const attrs = { dir: open ? dir : 'auto' };
              found.push(Decoration.node(pos, pos + node.nodeSize, attrs));
              return false;
            });
            return DecorationSet.create(doc, found);
          },
        },
      }),
    ];
  },
});
