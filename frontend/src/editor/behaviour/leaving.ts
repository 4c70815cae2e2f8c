// Escape, then Tab (or Shift+Tab), leaves the editor; otherwise Tab belongs to lists and tables.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

export const Leaving = Extension.create({
  name: 'leaving',
  priority: 3000,
  addProseMirrorPlugins() {
    let leaving = false;
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            keydown(_view, event) {
              if (event.key === 'Escape') leaving = true;
              else if (event.key === 'Tab' && leaving) {
                leaving = false;
                return true; // the browser moves the focus on, and nobody else hears of it
              } else if (event.key !== 'Shift') leaving = false;
              return false;
            },
            blur() {
              leaving = false;
              return false;
            },
            mousedown() {
              leaving = false;
              return false;
            },
          },
        },
      }),
    ];
  },
});
