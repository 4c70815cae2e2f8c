// The marked words stay marked to the eye while the focus is elsewhere, as when a link's address
// is typed; the selection itself is not touched.
import { Extension } from '@tiptap/core';
import { Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const key = new PluginKey<boolean>('keptSelection');

export const KeptSelection = Extension.create({
  name: 'keptSelection',
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin<boolean>({
        key,
        state: {
          init: () => false,
          apply: (tr, away) => (tr.getMeta(key) as boolean | undefined) ?? away,
        },
        props: {
          decorations(state) {
            const { selection } = state;
            const shown = key.getState(state) === true && selection instanceof TextSelection;
            if (!shown || selection.empty || !editor.isEditable) return null;
            const { from, to } = selection;
            return DecorationSet.create(state.doc, [
              Decoration.inline(from, to, { class: 'kept-selection' }),
            ]);
          },
          handleDOMEvents: {
            focus(view) {
              if (key.getState(view.state)) view.dispatch(view.state.tr.setMeta(key, false));
              return false;
            },
            blur(view) {
              view.dispatch(view.state.tr.setMeta(key, true));
              return false;
            },
          },
        },
      }),
    ];
  },
});
