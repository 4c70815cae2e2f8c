// What the toolbar and the slash menu offer: one list of commands, so that both say the same.
import type { Editor } from '@tiptap/core';
import { CALLOUT_KINDS, CALLOUT_LABELS } from './nodes/callout';

export interface EditorContext {
  pickPictures: () => void;
  insertPictures: (files: File[], at: number | null) => void;
  editLink: () => void;
  followLink: (href: string) => void;
}

export interface Tool {
  id: string;
  label: string;
  /** Shown as keys: "Mod" becomes ⌘ or Ctrl. */
  keys?: string;
  icon: string;
  /** Words that find it in the slash menu, beside its label. */
  words?: string;
  active?: (editor: Editor) => boolean;
  enabled?: (editor: Editor) => boolean;
  run: (editor: Editor, context: EditorContext) => void;
}

const can = (editor: Editor, mark: string): boolean => editor.can().toggleMark(mark);
const mark = (name: string, label: string, icon: string, keys?: string): Tool => ({
  id: name,
  label,
  icon,
  ...(keys === undefined ? {} : { keys }),
  active: (editor) => editor.isActive(name),
  enabled: (editor) => can(editor, name),
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
});
const heading = (level: 2 | 3 | 4, label: string, words: string): Tool => ({
  id: `heading-${level}`,
  label,
  words,
  icon: `h${level}`,
  keys: `Mod-Alt-${level}`,
  active: (editor) => editor.isActive('heading', { level }),
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
});

export const paragraph: Tool = {
  id: 'paragraph',
  label: 'Text',
  icon: 'text',
  keys: 'Mod-Alt-0',
  words: 'paragraph plain',
  active: (editor) => editor.isActive('paragraph'),
  run: (editor) => editor.chain().focus().setParagraph().run(),
};
export const headings = [
  heading(2, 'Heading', 'title section h2'),
  heading(3, 'Smaller heading', 'subsection h3'),
  heading(4, 'Smallest heading', 'h4'),
];
export const marks = [
  mark('bold', 'Bold', 'bold', 'Mod-B'),
  mark('italic', 'Italic', 'italic', 'Mod-I'),
];
export const moreMarks = [
  mark('strike', 'Struck through', 'strike', 'Mod-Shift-S'),
  mark('code', 'Code', 'code', 'Mod-E'),
  mark('subscript', 'Subscript', 'subscript', 'Mod-,'),
  mark('superscript', 'Superscript', 'superscript', 'Mod-.'),
];
export const link: Tool = {
  id: 'link',
  label: 'Link',
  icon: 'link',
  keys: 'Mod-K',
  active: (editor) => editor.isActive('link'),
  enabled: (editor) => can(editor, 'link'),
  run: (_editor, context) => context.editLink(),
};
export const lists: Tool[] = [
  {
    id: 'bulletList',
    label: 'List',
    words: 'bullets unordered points',
    icon: 'bullets',
    keys: 'Mod-Shift-8',
    active: (editor) => editor.isActive('bulletList'),
    run: (editor) => editor.chain().focus().toggleBulletList().run(),
  },
  {
    id: 'orderedList',
    label: 'Numbered list',
    words: 'ordered steps',
    icon: 'numbers',
    keys: 'Mod-Shift-7',
    active: (editor) => editor.isActive('orderedList'),
    run: (editor) => editor.chain().focus().toggleOrderedList().run(),
  },
];
export const quote: Tool = {
  id: 'blockquote',
  label: 'Quote',
  words: 'blockquote citation',
  icon: 'quote',
  keys: 'Mod-Shift-B',
  active: (editor) => editor.isActive('blockquote'),
  run: (editor) => editor.chain().focus().toggleBlockquote().run(),
};
export const callouts: Tool[] = CALLOUT_KINDS.map((kind) => ({
  id: `callout-${kind}`,
  label: CALLOUT_LABELS[kind],
  words: 'callout box',
  icon: `callout-${kind}`,
  active: (editor) => editor.isActive('callout', { kind }),
  run: (editor) => editor.chain().focus().setCallout(kind).run(),
}));
export const picture: Tool = {
  id: 'figure',
  label: 'Picture',
  words: 'image figure photo upload',
  icon: 'picture',
  run: (_editor, context) => context.pickPictures(),
};
export const table: Tool = {
  id: 'table',
  label: 'Table',
  words: 'rows columns grid',
  icon: 'table',
  enabled: (editor) => !editor.isActive('table'),
  run: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3 }).run(),
};
export const footnote: Tool = {
  id: 'footnote',
  label: 'Footnote',
  words: 'note reference source',
  icon: 'footnote',
  keys: 'Mod-Alt-F',
  enabled: (editor) => editor.can().insertFootnote(),
  run: (editor) => editor.chain().focus().insertFootnote().run(),
};
export const codeBlock: Tool = {
  id: 'codeBlock',
  label: 'Code block',
  words: 'program preformatted',
  icon: 'codeblock',
  keys: 'Mod-Alt-C',
  active: (editor) => editor.isActive('codeBlock'),
  run: (editor) => editor.chain().focus().toggleCodeBlock().run(),
};
export const rule: Tool = {
  id: 'horizontalRule',
  label: 'Divider',
  words: 'rule line hr break',
  icon: 'rule',
  run: (editor) => editor.chain().focus().insertBlock({ type: 'horizontalRule' }).run(),
};
export const undo: Tool = {
  id: 'undo',
  label: 'Undo my last change',
  icon: 'undo',
  keys: 'Mod-Z',
  enabled: (editor) => editor.can().undo(),
  run: (editor) => editor.chain().focus().undo().run(),
};
export const redo: Tool = {
  id: 'redo',
  label: 'Do it again',
  icon: 'redo',
  keys: 'Mod-Shift-Z',
  enabled: (editor) => editor.can().redo(),
  run: (editor) => editor.chain().focus().redo().run(),
};

/** The order of the slash menu. */
export const insertable: Tool[] = [
  ...headings,
  ...lists,
  quote,
  ...callouts,
  picture,
  table,
  footnote,
  codeBlock,
  rule,
  paragraph,
];

/** The tools that match what was typed after the slash. */
export function matching(query: string, editor: Editor): Tool[] {
  const typed = query.trim().toLowerCase();
  const usable = insertable.filter((tool) => tool.enabled?.(editor) !== false);
  if (typed === '') return usable;
  const starts = (text: string): boolean =>
    text
      .toLowerCase()
      .split(' ')
      .some((word) => word.startsWith(typed));
  const byLabel = usable.filter((tool) => starts(tool.label));
  const byWord = usable.filter((tool) => !byLabel.includes(tool) && starts(tool.words ?? ''));
  return [...byLabel, ...byWord];
}

const APPLE = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** "Mod-Shift-8" as the keys of this device. */
export function keysText(keys: string): string {
  const names: Record<string, string> = APPLE
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
    : { Mod: 'Ctrl', Shift: 'Shift', Alt: 'Alt' };
  return keys
    .split('-')
    .map((key) => names[key] ?? key)
    .join(APPLE ? '' : '+');
}

/** The same for `aria-keyshortcuts`. */
export function keysAria(keys: string): string {
  const names: Record<string, string> = { Mod: APPLE ? 'Meta' : 'Control' };
  return keys
    .split('-')
    .map((key) => names[key] ?? key)
    .join('+');
}
