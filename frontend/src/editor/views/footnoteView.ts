// A footnote in the editor: a number in the line, and a small paper with its words when opened.
// The inner editor works on the very node of the chapter; see prosemirror.net/examples/footnote.
import type { NodeViewRenderer } from '@tiptap/core';
import { baseKeymap, toggleMark } from '@tiptap/pm/commands';
import { keymap } from '@tiptap/pm/keymap';
import type { MarkType, Node } from '@tiptap/pm/model';
import { type Command, EditorState, Selection, TextSelection } from '@tiptap/pm/state';
import { StepMap } from '@tiptap/pm/transform';
import { EditorView } from '@tiptap/pm/view';
import { place } from '../../lib/anchor';

export const footnoteView =
  (): NodeViewRenderer =>
  ({ node: first, view: outer, editor, getPos }) => {
    let node: Node = first;
    let inner: EditorView | null = null;

    const dom = document.createElement('span');
    dom.className = 'footnote';
    dom.contentEditable = 'false';
    const number = document.createElement('button');
    number.type = 'button';
    number.className = 'footnote-number';
    number.tabIndex = -1;
    number.setAttribute('aria-label', 'Footnote');
    number.lang = 'en';
    number.setAttribute('aria-expanded', 'false');
    dom.append(number);
    const paper = document.createElement('span');
    paper.className = 'footnote-paper';
    paper.popover = 'manual';
    paper.setAttribute('role', 'group');
    paper.setAttribute('aria-label', 'Footnote');

    const move = (): void => place(paper, dom, false);

    const open = (focus: boolean): void => {
      if (!inner) {
        dom.append(paper);
        paper.showPopover();
        number.setAttribute('aria-expanded', 'true');
        inner = new EditorView(paper, {
          state: EditorState.create({ doc: node, plugins: [keymap(keys()), keymap(baseKeymap)] }),
          dispatchTransaction: dispatchInner,
          editable: () => editor.isEditable,
          attributes: {
            class: 'footnote-words',
            role: 'textbox',
            'aria-label': 'Words of the footnote',
            dir: 'auto',
            'data-placeholder': 'Write the footnote. Enter goes back to the text.',
          },
        });
        inner.dom.classList.toggle('empty', node.content.size === 0);
        document.addEventListener('pointerdown', outside, true);
        window.addEventListener('scroll', move, { capture: true, passive: true });
      }
      requestAnimationFrame(move);
      if (focus) {
        inner.dispatch(inner.state.tr.setSelection(Selection.atEnd(inner.state.doc)));
        inner.focus();
      }
    };

    const close = (back: boolean): void => {
      if (!inner) return;
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('scroll', move, { capture: true });
      inner.destroy();
      inner = null;
      paper.hidePopover();
      paper.remove();
      number.setAttribute('aria-expanded', 'false');
      const pos = getPos();
      if (!back || pos === undefined) return;
      const after = TextSelection.create(outer.state.doc, pos + node.nodeSize);
      outer.dispatch(outer.state.tr.setSelection(after));
      outer.focus();
    };

    const outside = (event: PointerEvent): void => {
      if (!dom.contains(event.target as HTMLElement)) close(false);
    };

    const leave: Command = () => {
      close(true);
      return true;
    };
    const keys = (): Record<string, Command> => {
      const { schema } = outer.state;
      const mark = (name: string): Command => toggleMark(schema.marks[name] as MarkType);
      return {
        Enter: leave,
        Escape: leave,
        'Mod-b': mark('bold'),
        'Mod-i': mark('italic'),
        'Mod-e': mark('code'),
        'Mod-z': () => editor.commands.undo(),
        'Mod-y': () => editor.commands.redo(),
        'Shift-Mod-z': () => editor.commands.redo(),
        'Shift-Enter': (state, dispatch) => {
          const hardBreak = schema.nodes['hardBreak']?.create();
          if (hardBreak) dispatch?.(state.tr.replaceSelectionWith(hardBreak));
          return true;
        },
        Backspace: (state) => {
          // An empty note is taken out of its line.
          const pos = getPos();
          if (state.doc.content.size > 0 || pos === undefined) return false;
          close(true);
          outer.dispatch(outer.state.tr.delete(pos, pos + node.nodeSize));
          return true;
        },
      };
    };

    function dispatchInner(this: EditorView, tr: EditorState['tr']): void {
      const { state, transactions } = this.state.applyTransaction(tr);
      this.updateState(state);
      this.dom.classList.toggle('empty', state.doc.content.size === 0);
      const pos = getPos();
      if (tr.getMeta('fromOutside') === true || pos === undefined) return;
      const change = outer.state.tr;
      const offset = StepMap.offset(pos + 1);
      for (const { steps } of transactions) {
        for (const step of steps) {
          const moved = step.map(offset);
          if (moved) change.step(moved);
        }
      }
      if (change.docChanged) outer.dispatch(change);
    }

    const follow = (): void => {
      if (!inner) return;
      const { state } = inner;
      const start = node.content.findDiffStart(state.doc.content);
      const ends = node.content.findDiffEnd(state.doc.content);
      if (start === null || ends === null) return;
      const overlap = Math.max(0, start - Math.min(ends.a, ends.b));
      const slice = node.slice(start, ends.a + overlap);
      const tr = state.tr.replace(start, ends.b + overlap, slice);
      inner.dispatch(tr.setMeta('fromOutside', true));
    };

    number.addEventListener('click', () => (inner ? close(true) : open(true)));
    // A note that was just put in by this person opens at once.
    const wanted = editor.storage as unknown as { openFootnote?: boolean };
    if (wanted.openFootnote === true) {
      wanted.openFootnote = false;
      setTimeout(() => open(true));
    }

    return {
      dom,
      update(changed) {
        if (changed.type !== node.type) return false;
        node = changed;
        follow();
        return true;
      },
      selectNode: () => dom.classList.add('chosen'),
      deselectNode: () => dom.classList.remove('chosen'),
      stopEvent: (event) => event.type !== 'dragstart' && dom.contains(event.target as HTMLElement),
      ignoreMutation: () => true,
      destroy: () => close(false),
    };
  };
