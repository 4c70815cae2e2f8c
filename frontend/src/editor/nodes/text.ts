// The plain blocks: paragraph, heading, quote, code, rule. Each says its own direction, so that
// Arabic inside an English chapter reads from the right.
import { Node, mergeAttributes, textblockTypeInputRule } from '@tiptap/core';
import { Blockquote as BaseBlockquote } from '@tiptap/extension-blockquote';
import { CodeBlock as BaseCodeBlock } from '@tiptap/extension-code-block';
import { HardBreak as BaseHardBreak } from '@tiptap/extension-hard-break';
import { Heading as BaseHeading, type Level } from '@tiptap/extension-heading';
import { HorizontalRule as BaseRule } from '@tiptap/extension-horizontal-rule';
import { Paragraph as BaseParagraph } from '@tiptap/extension-paragraph';

export { Text } from '@tiptap/extension-text';

/** Two people's edits may leave a chapter without any block. */
export const Doc = Node.create({ name: 'doc', topNode: true, content: 'block*' });

export const Paragraph = BaseParagraph.extend({
  renderHTML({ HTMLAttributes }) {
    return ['p', mergeAttributes({ dir: 'auto' }, HTMLAttributes), 0];
  },
});

/** The levels that a person is offered; a chapter's own title is level 1. */
export const HEADING_LEVELS = [2, 3, 4] as const;

export const Heading = BaseHeading.extend({
  addOptions() {
    return { HTMLAttributes: {}, levels: [1, 2, 3, 4, 5, 6] as Level[] };
  },
  addAttributes() {
    return { level: { default: 2, rendered: false } };
  },
  parseHTML() {
    return [1, 2, 3, 4, 5, 6].map((level) => ({
      tag: `h${level}`,
      getAttrs: (element: HTMLElement) => ({ level: Number(element.dataset['level'] ?? level) }),
    }));
  },
  renderHTML({ node, HTMLAttributes }) {
    const level = node.attrs['level'] as number;
    // The page has one first heading, the chapter's title.
    const attributes = { dir: 'auto', 'data-level': level };
    return [`h${Math.max(2, level)}`, mergeAttributes(attributes, HTMLAttributes), 0];
  },
  addKeyboardShortcuts() {
    return Object.fromEntries(
      HEADING_LEVELS.map((level) => [
        `Mod-Alt-${level}`,
        () => this.editor.commands.toggleHeading({ level }),
      ]),
    );
  },
  addInputRules() {
    return [
      textblockTypeInputRule({
        find: /^(#{1,4})\s$/,
        type: this.type,
        getAttributes: (match) => ({ level: Math.max(2, match[1]?.length ?? 2) }),
      }),
    ];
  },
});

export const Blockquote = BaseBlockquote.extend({ content: 'block*' });

const LANGUAGE = /^[A-Za-z0-9_+#. -]{0,40}$/;

export const CodeBlock = BaseCodeBlock.extend({
  addAttributes() {
    return {
      language: {
        default: null,
        rendered: false,
        parseHTML: (element) => {
          const classes = [...(element.firstElementChild?.classList ?? [])];
          const found = classes.find((name) => name.startsWith('language-'))?.slice(9);
          return found !== undefined && LANGUAGE.test(found) ? found : null;
        },
      },
    };
  },
  renderHTML({ node, HTMLAttributes }) {
    const language = node.attrs['language'] as string | null;
    const inner = language === null ? {} : { class: `language-${language}` };
    const attributes = { dir: 'ltr', spellcheck: 'false', translate: 'no' };
    return ['pre', mergeAttributes(attributes, HTMLAttributes), ['code', inner, 0]];
  },
});

export const HorizontalRule = BaseRule;
export const HardBreak = BaseHardBreak;
