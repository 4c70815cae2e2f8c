// For tests: editors over shared documents, joined by a line that can be cut.
import { Editor, type JSONContent } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Blocks } from './behaviour/blocks';
import { Carets } from './behaviour/carets';
import { EmptyBlocks } from './behaviour/emptyBlocks';
import { Leaving } from './behaviour/leaving';
import { Redo } from './behaviour/redo';
import { SmallSteps } from './behaviour/smallSteps';
import { type UploadOptions, Uploads } from './behaviour/uploads';
import { ListKeymap, StayInList } from './nodes/lists';
import { Pasting } from './paste/pasting';
import { manuscript } from './schema';

// jsdom draws nothing and cannot scroll.
Element.prototype.scrollIntoView = () => undefined;

export interface Writer {
  doc: Y.Doc;
  editor: Editor;
}

export function writer(doc = new Y.Doc(), uploads: Partial<UploadOptions> = {}): Writer {
  const element = document.createElement('div');
  document.body.append(element);
  const editor = new Editor({
    element,
    injectCSS: false,
    extensions: [
      ...manuscript(),
      Redo,
      Collaboration.configure({ document: doc, field: 'content' }),
      SmallSteps,
      Carets.configure({ awareness: new Awareness(doc) }),
      EmptyBlocks,
      Leaving,
      Blocks,
      ListKeymap,
      StayInList,
      Uploads.configure(uploads),
      Pasting,
    ],
  });
  return { doc, editor };
}

/** A document with these blocks, as the server would have seeded it. */
export function seeded(...blocks: JSONContent[]): Y.Doc {
  const doc = new Y.Doc();
  const made = writer(doc);
  made.editor.commands.setContent({ type: 'doc', content: blocks });
  made.editor.destroy();
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

export const p = (text: string): JSONContent =>
  text === '' ? { type: 'paragraph' } : { type: 'paragraph', content: [{ type: 'text', text }] };

const LINE = Symbol('line');

/** Joins two writers; `cut` and `join` act like a network. */
export function between(one: Writer, two: Writer): { cut: () => void; join: () => void } {
  let up = true;
  const connect = (from: Y.Doc, to: Y.Doc): void => {
    from.on('update', (update: Uint8Array, origin: unknown) => {
      if (up && origin !== LINE) Y.applyUpdate(to, update, LINE);
    });
  };
  connect(one.doc, two.doc);
  connect(two.doc, one.doc);
  const sync = (): void => {
    Y.applyUpdate(two.doc, Y.encodeStateAsUpdate(one.doc), LINE);
    Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(two.doc), LINE);
  };
  sync();
  return {
    cut: () => (up = false),
    join: () => {
      up = true;
      sync();
    },
  };
}

export function pair(...blocks: JSONContent[]): [Writer, Writer, ReturnType<typeof between>] {
  const base = Y.encodeStateAsUpdate(seeded(...blocks));
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  for (const doc of docs) Y.applyUpdate(doc, base, LINE);
  const [one, two] = [writer(docs[0]), writer(docs[1])];
  return [one, two, between(one, two)];
}

export const lines = ({ editor }: Writer): string[] => {
  const found: string[] = [];
  editor.state.doc.descendants((node) => {
    if (node.isTextblock) found.push(node.textContent);
    return true;
  });
  return found;
};

/** Where `words` begin in a writer's document. */
export function find({ editor }: Writer, words: string): number {
  let found = -1;
  editor.state.doc.descendants((node, pos) => {
    const at = node.isText ? (node.text ?? '').indexOf(words) : -1;
    if (found < 0 && at >= 0) found = pos + at;
    return found < 0;
  });
  if (found < 0) throw new Error(`"${words}" is not there`);
  return found;
}

export const yText = ({ doc }: Writer): string => doc.getXmlFragment('content').toString();
