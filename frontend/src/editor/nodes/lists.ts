// Lists: nested, with numbers that may start anywhere. An item may be left empty by two people's
// edits; commands always put a paragraph into a new one (behaviour/emptyBlocks).
import { Extension } from '@tiptap/core';
import { BulletList as BaseBullet, ListItem as BaseItem } from '@tiptap/extension-list';
import { OrderedList as BaseOrdered } from '@tiptap/extension-list';

export { ListKeymap } from '@tiptap/extension-list';

export const BulletList = BaseBullet.extend({ content: 'listItem*' });

const MOST = 1_000_000;

export const OrderedList = BaseOrdered.extend({
  content: 'listItem*',
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element) => {
          const start = Number.parseInt(element.getAttribute('start') ?? '1', 10);
          return Number.isInteger(start) && start >= 0 && start <= MOST ? start : 1;
        },
        renderHTML: ({ start }) => (start === 1 ? {} : { start: start as number }),
      },
    };
  },
  renderHTML({ HTMLAttributes }) {
    return ['ol', HTMLAttributes, 0];
  },
});

export const ListItem = BaseItem.extend({ content: 'block*' });

// Asked last: Tab in an item that cannot move any further does nothing, rather than leave the text
// (Escape, then Tab does that).
export const StayInList = Extension.create({
  name: 'stayInList',
  priority: 1,
  addKeyboardShortcuts() {
    const stay = () => this.editor.isActive('listItem');
    return { Tab: stay, 'Shift-Tab': stay };
  },
});
