// A text that one may only read says so, and the keyboard still gets to it to scroll.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

export const ReadOnly = Extension.create({
  name: 'readOnly',
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          attributes: (): Record<string, string> =>
            editor.isEditable ? {} : { 'aria-readonly': 'true', tabindex: '0' },
        },
      }),
    ];
  },
});
