// Redo with nothing left to redo does nothing: with Caps Lock on, the same keys without Shift would be
// tried next, and they undo.
import { Extension } from '@tiptap/core';

export const Redo = Extension.create({
  name: 'redo',
  priority: 2000,
  addKeyboardShortcuts() {
    const redo = () => {
      this.editor.commands.redo();
      return true;
    };
    return { 'Mod-y': redo, 'Shift-Mod-z': redo };
  },
});
