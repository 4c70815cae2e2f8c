// Callouts: a note, tip, warning or example set apart from the text.
import { Node, wrappingInputRule } from '@tiptap/core';

export const CALLOUT_KINDS = ['note', 'tip', 'warning', 'example'] as const;
export type CalloutKind = (typeof CALLOUT_KINDS)[number];
export const CALLOUT_LABELS: Record<CalloutKind, string> = {
  note: 'Note',
  tip: 'Tip',
  warning: 'Warning',
  example: 'Example',
};

const isKind = (kind: unknown): kind is CalloutKind => CALLOUT_KINDS.includes(kind as CalloutKind);

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    callout: {
      /** Wraps the selected blocks, or changes the kind of the callout the cursor is in. */
      setCallout: (kind: CalloutKind) => ReturnType;
      /** Takes the callout away and leaves its words. */
      unsetCallout: () => ReturnType;
    };
  }
}

export const Callout = Node.create({
  name: 'callout',
  group: 'block',
  content: 'block*',
  defining: true,

  addAttributes() {
    return {
      kind: {
        default: 'note',
        parseHTML: (element) => {
          const kind = element.getAttribute('data-callout');
          return isKind(kind) ? kind : 'note';
        },
        renderHTML: ({ kind }) => ({ 'data-callout': isKind(kind) ? kind : 'note' }),
      },
    };
  },

  parseHTML() {
    return [{ tag: 'aside[data-callout]' }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const kind = node.attrs['kind'] as unknown;
    const label = CALLOUT_LABELS[isKind(kind) ? kind : 'note'];
    return ['aside', { class: 'callout', 'aria-label': label, ...HTMLAttributes }, 0];
  },

  addCommands() {
    return {
      setCallout:
        (kind) =>
        ({ commands, editor }) =>
          editor.isActive(this.name)
            ? commands.updateAttributes(this.name, { kind })
            : commands.wrapIn(this.name, { kind }),
      unsetCallout:
        () =>
        ({ commands }) =>
          commands.lift(this.name),
    };
  },

  addInputRules() {
    return CALLOUT_KINDS.map((kind) =>
      wrappingInputRule({
        find: new RegExp(`^:::\\s?${kind}\\s$`, 'i'),
        type: this.type,
        getAttributes: { kind },
      }),
    );
  },
});
