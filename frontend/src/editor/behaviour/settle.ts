// The browser tells of a cursor that was moved by key or mouse only a moment later, on a busy
// machine after the next key. What is drawn or done in between would use the place where the cursor
// was, and put it back there: so the browser is asked first.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

/** Reads where the person has put the cursor; call before drawing what others did. */
export function settleCursor(view: EditorView): void {
  if (view.isDestroyed) return;
  (view as unknown as { domObserver: { flush: () => void } }).domObserver.flush();
}

/** Every key finds the cursor where it is. */
export const SettledKeys = Extension.create({
  name: 'settledKeys',
  priority: 4000,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            keydown(view, event) {
              // While a word is being composed the browser's own cursor is not ours to read.
              if (!event.isComposing && event.keyCode !== 229) settleCursor(view);
              return false;
            },
          },
        },
      }),
    ];
  },
});
