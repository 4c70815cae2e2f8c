// Pictures on their way: a placeholder that only this person sees stands where the figure will be.
// When it fails the placeholder stays and offers to try again, which it does by itself once the
// network is back; the text is not touched.
import { Extension } from '@tiptap/core';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { insertPoint } from '@tiptap/pm/transform';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';

export interface Uploaded {
  id: string;
}
export type Send = (file: File, progress: (share: number) => void) => Promise<Uploaded>;

export interface UploadOptions {
  send: Send;
  /** The sentence for what went wrong. */
  sentence: (error: unknown) => string;
  say: (sentence: string) => void;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    uploads: {
      /** Uploads pictures and puts them in as figures, at `at` or at the cursor. */
      insertPictures: (files: File[], at?: number | null) => ReturnType;
    };
  }
}

const key = new PluginKey<DecorationSet>('uploads');
type Meta = { add: Decoration } | { remove: string };
let next = 1;

export const Uploads = Extension.create<UploadOptions>({
  name: 'uploads',
  addOptions() {
    return {
      send: () => Promise.reject(new Error('no server')),
      sentence: String,
      say: () => undefined,
    };
  },

  addCommands() {
    return {
      insertPictures:
        (files, at = null) =>
        ({ dispatch }) => {
          // Each one is a transaction of its own, after the command that asked for them.
          if (dispatch) {
            setTimeout(() => {
              for (const file of files) start(this.editor.view, file, at, this.options);
            });
          }
          return files.length > 0;
        },
    };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply(tr, before) {
            const set = before.map(tr.mapping, tr.doc);
            const meta = tr.getMeta(key) as Meta | undefined;
            if (!meta) return set;
            if ('add' in meta) return set.add(tr.doc, [meta.add]);
            return set.remove(found(set, meta.remove));
          },
        },
        props: { decorations: (state) => key.getState(state) },
      }),
    ];
  },
});

const found = (set: DecorationSet, id: string): Decoration[] =>
  set.find(undefined, undefined, (spec) => spec['id'] === id);

function start(view: EditorView, file: File, at: number | null, options: UploadOptions): void {
  if (view.isDestroyed) return;
  const id = `upload-${next++}`;
  const box = placeholder(file);
  const place = boundary(view, at ?? view.state.selection.from);
  const add = Decoration.widget(place, box.element, {
    id,
    side: -1,
    key: id,
    stopEvent: () => true,
  });
  view.dispatch(view.state.tr.setMeta(key, { add } satisfies Meta));
  // It may stand below what a phone's keyboard leaves of the page.
  requestAnimationFrame(() => box.element.scrollIntoView({ block: 'nearest' }));

  const remove = (tr: Transaction): Transaction => tr.setMeta(key, { remove: id } satisfies Meta);
  const attempt = async (): Promise<void> => {
    box.sending();
    try {
      const asset = await options.send(file, box.progress);
      if (view.isDestroyed) return;
      const where = found(key.getState(view.state) as DecorationSet, id)[0]?.from;
      const figure = view.state.schema.nodes['figure']?.create({ asset: asset.id });
      if (where === undefined || !figure) return;
      const tr = remove(view.state.tr);
      tr.insert(insertPoint(tr.doc, where, figure.type) ?? tr.doc.content.size, figure);
      view.dispatch(tr);
      options.say(`${file.name} is in the chapter. Describe it for people who cannot see it.`);
    } catch (error) {
      if (view.isDestroyed) return;
      const sentence = options.sentence(error);
      const again = (): void => {
        removeEventListener('online', again);
        if (!view.isDestroyed) void attempt();
      };
      box.failed(sentence, again, () => {
        removeEventListener('online', again);
        view.dispatch(remove(view.state.tr));
      });
      options.say(sentence);
      addEventListener('online', again);
    }
  };
  void attempt();
}

/** The place between blocks that belongs to a position: after its block, or before an empty one. */
function boundary(view: EditorView, pos: number): number {
  const $pos = view.state.doc.resolve(Math.min(pos, view.state.doc.content.size));
  if ($pos.depth === 0) return $pos.pos;
  for (let depth = $pos.depth; depth > 0; depth--) {
    if ($pos.node(depth).isTextblock) {
      return $pos.node(depth).content.size === 0 ? $pos.before(depth) : $pos.after(depth);
    }
  }
  return $pos.after(1);
}

function placeholder(file: File) {
  const element = document.createElement('div');
  element.className = 'upload';
  element.contentEditable = 'false';
  element.lang = 'en';
  element.dir = 'ltr';
  const preview = document.createElement('img');
  preview.alt = '';
  preview.src = URL.createObjectURL(file);
  preview.onload = preview.onerror = () => URL.revokeObjectURL(preview.src);
  const text = document.createElement('p');
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.setAttribute('aria-label', `Uploading ${file.name}`);
  const buttons = document.createElement('div');
  element.append(preview, text, bar, buttons);
  const button = (label: string, act: () => void): HTMLButtonElement => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.onclick = act;
    return made;
  };
  return {
    element,
    sending() {
      element.classList.remove('failed');
      text.textContent = `Uploading ${file.name}…`;
      bar.removeAttribute('value');
      bar.hidden = false;
      buttons.replaceChildren();
    },
    progress: (share: number) => {
      bar.value = share;
    },
    failed(sentence: string, again: () => void, drop: () => void) {
      element.classList.add('failed');
      text.textContent = `${file.name} is not in the chapter yet. ${sentence}`;
      bar.hidden = true;
      buttons.replaceChildren(button('Try again', again), button('Leave it out', drop));
    },
  };
}
