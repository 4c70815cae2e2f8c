// Links: only to where the server's grammar lets them lead; typed and pasted addresses become one.
import { InputRule, Mark, markPasteRule } from '@tiptap/core';
import { linkOk, toHref } from '../links';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    link: {
      setLink: (href: string) => ReturnType;
      unsetLink: () => ReturnType;
    };
  }
}

const ADDRESS = /(?:^|[\s(„“"'‘])((?:https?:\/\/|www\.)[^\s<>]+[^\s<>.,;:!?)\]”“"'’])$/i;

export const Link = Mark.create({
  name: 'link',
  priority: 1000,
  inclusive: false,
  keepOnSplit: false,
  exitable: true,

  addAttributes() {
    return { href: { default: null } };
  },

  parseHTML() {
    return [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const href = element.getAttribute('href')?.trim();
          return linkOk(href) ? { href } : false;
        },
      },
    ];
  },

  renderHTML({ mark }) {
    const href = mark.attrs['href'] as unknown;
    const attributes = { rel: 'noopener noreferrer nofollow', target: '_blank' };
    return ['a', linkOk(href) ? { href, title: href, ...attributes } : {}, 0];
  },

  addCommands() {
    return {
      setLink:
        (typed) =>
        ({ commands }) => {
          const href = toHref(typed);
          return href !== null && commands.setMark(this.name, { href });
        },
      unsetLink:
        () =>
        ({ commands }) =>
          commands.unsetMark(this.name, { extendEmptyMarkRange: true }),
    };
  },

  addInputRules() {
    return [
      new InputRule({
        find: /(?:^|\s)\[([^\]]+)\]\(([^)\s]+)\)$/,
        handler: ({ state, range, match }) => {
          const [whole, words, address] = match;
          const href = toHref(address ?? '');
          if (href === null || words === undefined) return;
          const from = range.from + (whole.startsWith('[') ? 0 : 1);
          const marks = [...(state.doc.resolve(from).marks() ?? []), this.type.create({ href })];
          state.tr.replaceWith(from, range.to, state.schema.text(words, marks));
          state.tr.removeStoredMark(this.type);
        },
      }),
      // A typed address becomes a link with the space after it.
      new InputRule({
        find: /(\S+)\s$/,
        handler: ({ state, range, match }) => {
          const address = ADDRESS.exec(match[1] ?? '')?.[1];
          const href = address === undefined ? null : toHref(address);
          if (address === undefined || href === null) return null;
          const to = range.from + (match[1] ?? '').length;
          state.tr.insertText(' ', to);
          state.tr.addMark(to - address.length, to, this.type.create({ href }));
          state.tr.removeStoredMark(this.type);
          return undefined;
        },
      }),
    ];
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: (text) =>
          [...text.matchAll(/https?:\/\/[^\s<>]+[^\s<>.,;:!?)\]”“"'’]/gi)].map((match) => ({
            index: match.index,
            text: match[0],
            data: { href: match[0] },
          })),
        type: this.type,
        getAttributes: (match) => {
          const href = toHref(String(match.data?.['href'] ?? ''));
          return href === null ? false : { href };
        },
      }),
    ];
  },
});
