// Tables: cells hold blocks. Nothing is repaired when somebody else's change arrives: two browsers
// repairing the same row would add its missing cell twice.
import { TableCell as BaseCell } from '@tiptap/extension-table';
import { TableHeader as BaseHeader } from '@tiptap/extension-table';
import { TableRow as BaseRow } from '@tiptap/extension-table';
import { Table as BaseTable } from '@tiptap/extension-table';
import { fixTables, tableEditing } from '@tiptap/pm/tables';
import { isRemote } from '../remote';

const span = (name: 'colspan' | 'rowspan') => ({
  default: 1,
  parseHTML: (element: HTMLElement) => {
    const found = Number.parseInt(element.getAttribute(name) ?? '1', 10);
    return found >= 1 && found <= 1000 ? found : 1;
  },
});

const attributes = () => ({
  colspan: span('colspan'),
  rowspan: span('rowspan'),
  // Widths that came with an import are kept; here a column is as wide as its words need.
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});

export const TableCell = BaseCell.extend({ content: 'block*', addAttributes: attributes });
export const TableHeader = BaseHeader.extend({
  content: 'block*',
  addAttributes: attributes,
  renderHTML({ HTMLAttributes }) {
    return ['th', { scope: 'col', ...HTMLAttributes }, 0];
  },
});
export const TableRow = BaseRow.extend({ content: '(tableCell | tableHeader)*' });

export const Table = BaseTable.extend({
  content: 'tableRow*',
  addNodeView() {
    return null;
  },
  renderHTML() {
    return ['div', { class: 'table', tabindex: '-1' }, ['table', ['tbody', 0]]];
  },
  addProseMirrorPlugins() {
    const plugin = tableEditing({ allowTableNodeSelection: true });
    const repair = plugin.spec.appendTransaction;
    plugin.spec.appendTransaction = function (transactions, before, after) {
      if (transactions.some(isRemote)) return null;
      return repair?.call(this, transactions, before, after);
    };
    return [plugin];
  },
  addCommands() {
    return {
      ...this.parent?.(),
      /** Mends what two people's edits left ragged; called before a command on the table. */
      fixTables:
        () =>
        ({ state, dispatch }) => {
          if (dispatch) fixTables(state);
          return true;
        },
      insertTable:
        ({ rows = 3, cols = 3, withHeaderRow = true } = {}) =>
        ({ commands }) => {
          const cell = (type: string) => ({ type, content: [{ type: 'paragraph' }] });
          const row = (type: string) => ({
            type: 'tableRow',
            content: Array.from({ length: cols }, () => cell(type)),
          });
          const content = Array.from({ length: rows }, (_, i) =>
            row(withHeaderRow && i === 0 ? 'tableHeader' : 'tableCell'),
          );
          return commands.insertBlock({ type: 'table', content });
        },
    };
  },
});
