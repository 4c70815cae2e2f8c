// One TipTap editor bound to one shared document, with everything a chapter needs.
import { type Content, Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { Dropcursor, Gapcursor } from '@tiptap/extensions';
import { initProseMirrorDoc } from '@tiptap/y-tiptap';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { Blocks } from './behaviour/blocks';
import { Carets } from './behaviour/carets';
import { Direction } from './behaviour/direction';
import { EmptyBlocks } from './behaviour/emptyBlocks';
import { KeptSelection } from './behaviour/keptSelection';
import { Leaving } from './behaviour/leaving';
import { Redo } from './behaviour/redo';
import { Placeholder } from './behaviour/placeholder';
import { ReadOnly } from './behaviour/readOnly';
import { SettledKeys } from './behaviour/settle';
import { SmallSteps } from './behaviour/smallSteps';
import { type Send, Uploads } from './behaviour/uploads';
import { ListKeymap, StayInList } from './nodes/lists';
import { Pasting } from './paste/pasting';
import { manuscript } from './schema';
import { type SlashState, slashMenu } from './slash.svelte';
import type { EditorContext } from './toolbar';
import { type FigureContext, figureView } from './views/figureView';
import { footnoteView } from './views/footnoteView';

export interface CreateOptions {
  element: HTMLElement;
  document: Y.Doc;
  awareness: Awareness;
  editable: boolean;
  /** The chapter's title, as the name of the text for screen readers. */
  title: () => string;
  language: string;
  dir: 'ltr' | 'rtl';
  slash: SlashState;
  context: EditorContext & FigureContext;
  send: Send;
  sentence: (error: unknown) => string;
  /** Shows a sentence. */
  show: (sentence: string) => void;
  /** Says a sentence to screen readers only. */
  say: (sentence: string) => void;
  onHold: (yes: boolean) => void;
}

/** What the bar for a table or a box covers at the foot. */
const BAR = 52;

/** The toolbar covers the top of the scroller, and a phone's keyboard leaves little room. */
const marginsOf = (editor: () => Editor | undefined) => ({
  get top() {
    return innerHeight < 440 ? 60 : 110;
  },
  get bottom() {
    const bar = editor()?.isActive('table') || editor()?.isActive('callout') ? BAR : 0;
    return (innerHeight < 440 ? 28 : 64) + bar;
  },
  left: 5,
  right: 5,
});

export function create(options: CreateOptions): Editor {
  const { context, show, say, sentence, send } = options;
  const mapping: ReturnType<typeof initProseMirrorDoc>['mapping'] = new Map();
  const there: { editor?: Editor } = {};
  const margins = marginsOf(() => there.editor);
  there.editor = new Editor({
    // Begins with the text as it stands. Left to itself the binding would begin with an empty one,
    // whose cursor is nowhere, and put the text in around it.
    onBeforeCreate({ editor }) {
      const start = initProseMirrorDoc(options.document.getXmlFragment('content'), editor.schema);
      for (const [type, node] of start.mapping) mapping.set(type, node);
      // TipTap takes a node as it is; only its type does not say so.
      editor.options.content = start.doc as unknown as Content;
    },
    element: options.element,
    editable: options.editable,
    injectCSS: false, // the CSP allows no style elements
    enableInputRules: true,
    extensions: [
      ...manuscript({ figure: figureView(context), footnote: footnoteView() }),
      Redo,
      Collaboration.configure({
        document: options.document,
        field: 'content',
        ySyncOptions: { mapping },
      }),
      SmallSteps,
      Carets.configure({ awareness: options.awareness }),
      EmptyBlocks,
      SettledKeys,
      Leaving,
      ReadOnly,
      Blocks,
      ListKeymap,
      StayInList,
      Gapcursor,
      KeptSelection,
      Direction.configure({ dir: options.dir }),
      Dropcursor.configure({ color: false, class: 'dropcursor', width: 2 }),
      Placeholder.configure({
        chapter: 'Write here, or press / to put something in.',
        line: 'Press / for headings, lists, pictures…',
      }),
      Uploads.configure({ send, sentence, say }),
      Pasting.configure({
        pictures: (files, at) => context.insertPictures(files, at),
        say: show,
      }),
      slashMenu(options.slash, context),
    ],
    editorProps: {
      scrollMargin: margins,
      scrollThreshold: margins,
      attributes: () => ({
        id: 'manuscript',
        class: 'manuscript',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': `Text of ${options.title()}`,
        'aria-describedby': 'manuscript-keys',
        lang: options.language,
        spellcheck: 'true',
      }),
      handleDOMEvents: {
        compositionstart: () => {
          options.onHold(true);
          return false;
        },
        compositionend: () => {
          setTimeout(() => options.onHold(false));
          return false;
        },
        click: (view, event) => {
          const link = (event.target as HTMLElement).closest('a[href]');
          if (!link) return false;
          event.preventDefault(); // the browser knows nothing of chapters
          const wanted = !view.editable || event.metaKey || event.ctrlKey;
          if (wanted) context.followLink(link.getAttribute('href') ?? '');
          return false;
        },
        keydown: (_view, event) => {
          if (
            (event.metaKey || event.ctrlKey) &&
            !event.altKey &&
            event.key.toLowerCase() === 'k'
          ) {
            event.preventDefault();
            context.editLink();
          }
          return false;
        },
      },
    },
  });
  return there.editor;
}
