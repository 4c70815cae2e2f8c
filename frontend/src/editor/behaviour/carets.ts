// Where the others are: a caret with a name, and their selection as a wash. Both are outside the
// accessibility tree. Own presence is the cursor and nothing else; the server adds who it is.
import { Extension } from '@tiptap/core';
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { isRemote } from '../remote';
import { settleCursor } from './settle';

interface Peer {
  user?: { id?: string; name?: string; colour?: string; color?: string };
  cursor?: { anchor: unknown; head: unknown } | null;
}
interface SyncState {
  doc: Y.Doc;
  type: Y.XmlFragment;
  binding: { mapping: Map<unknown, unknown> } | null;
}

const key = new PluginKey<DecorationSet>('carets');
/** Own cursor is told at most this often. */
const TELL_MS = 80;
/** A name is shown this long after its caret moved, then only the caret stays. */
const NAME_MS = 2500;

export interface CaretOptions {
  awareness: Awareness | null;
}

export const Carets = Extension.create<CaretOptions>({
  name: 'carets',
  addOptions() {
    return { awareness: null };
  },
  addProseMirrorPlugins() {
    const { awareness } = this.options;
    return awareness ? [carets(awareness)] : [];
  },
});

function carets(awareness: Awareness): Plugin<DecorationSet> {
  const moved = new Map<number, { at: string; time: number }>();
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set, _before, state) {
        if (tr.getMeta(key) === true || isRemote(tr)) return draw(state, awareness, moved);
        return tr.docChanged ? set.map(tr.mapping, tr.doc) : set;
      },
    },
    props: { decorations: (state) => key.getState(state) },
    view(view) {
      const redraw = soon(() => {
        if (view.isDestroyed) return;
        settleCursor(view);
        view.dispatch(view.state.tr.setMeta(key, true));
      }, 0);
      const tell = soon(() => tellWhere(view, awareness), TELL_MS);
      const onChange = ({ added, updated, removed }: Record<string, number[]>): void => {
        const others = [...(added ?? []), ...(updated ?? []), ...(removed ?? [])];
        if (others.some((client) => client !== awareness.clientID)) redraw.call();
      };
      awareness.on('change', onChange);
      view.dom.addEventListener('focusin', tell.call);
      view.dom.addEventListener('focusout', tell.call);
      const fade = setInterval(() => {
        const now = Date.now();
        if ([...moved.values()].some((m) => now - m.time > NAME_MS && now - m.time < NAME_MS * 2)) {
          redraw.call();
        }
      }, NAME_MS);
      redraw.call();
      return {
        update(_view, before) {
          if (!before.selection.eq(view.state.selection) || before.doc !== view.state.doc) {
            tell.call();
          }
        },
        destroy() {
          awareness.off('change', onChange);
          view.dom.removeEventListener('focusin', tell.call);
          view.dom.removeEventListener('focusout', tell.call);
          clearInterval(fade);
          redraw.stop();
          tell.stop();
        },
      };
    },
  });
}

function draw(
  state: EditorState,
  awareness: Awareness,
  moved: Map<number, { at: string; time: number }>,
): DecorationSet {
  const sync = ySyncPluginKey.getState(state) as SyncState | undefined;
  if (!sync?.binding) return DecorationSet.empty;
  const { doc, type, binding } = sync;
  const found: Decoration[] = [];
  const place = (json: unknown): number | null => {
    try {
      const rel = Y.createRelativePositionFromJSON(json);
      const at = relativePositionToAbsolutePosition(doc, type, rel, binding.mapping as never);
      return at === null ? null : Math.min(at, state.doc.content.size);
    } catch {
      return null; // a cursor of a text this editor does not have (yet)
    }
  };
  for (const [client, peer] of awareness.getStates() as Map<number, Peer>) {
    if (client === awareness.clientID || !peer.cursor) continue;
    const anchor = place(peer.cursor.anchor);
    const head = place(peer.cursor.head);
    if (anchor === null || head === null) continue;
    const at = JSON.stringify(peer.cursor.head);
    if (moved.get(client)?.at !== at) moved.set(client, { at, time: Date.now() });
    const fresh = Date.now() - (moved.get(client)?.time ?? 0) < NAME_MS;
    const colour = colourOf(peer);
    const name = peer.user?.name ?? '';
    found.push(
      Decoration.widget(head, () => caret(name, colour, fresh), {
        key: `${client}-${name}-${colour}-${fresh}`,
        side: 10,
        ignoreSelection: true,
      }),
    );
    if (anchor !== head) {
      const attrs = { class: 'peer-selection', style: `--peer: ${colour}` };
      found.push(Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attrs));
    }
  }
  return DecorationSet.create(state.doc, found);
}

function caret(name: string, colour: string, fresh: boolean): HTMLElement {
  const element = document.createElement('span');
  element.className = fresh ? 'peer-caret fresh' : 'peer-caret';
  element.style.setProperty('--peer', colour);
  element.setAttribute('aria-hidden', 'true');
  // The name is drawn by CSS: text in the page would be read aloud, copied and found by search.
  element.dataset['name'] = name;
  return element;
}

function tellWhere(view: EditorView, awareness: Awareness): void {
  if (view.isDestroyed) return;
  const current = (awareness.getLocalState() ?? {}) as Peer;
  const sync = ySyncPluginKey.getState(view.state) as SyncState | undefined;
  if (!view.hasFocus() || !sync?.binding) {
    if (current.cursor) awareness.setLocalState({ cursor: null });
    return;
  }
  const { anchor, head } = view.state.selection;
  const relative = (pos: number): unknown =>
    Y.relativePositionToJSON(
      absolutePositionToRelativePosition(pos, sync.type, sync.binding?.mapping as never) as never,
    );
  const cursor = { anchor: relative(anchor), head: relative(head) };
  if (JSON.stringify(current.cursor) !== JSON.stringify(cursor))
    awareness.setLocalState({ cursor });
}

const HEX = /^#[0-9a-f]{6}$/i;
const FALLBACK = '#6b6258';

function colourOf({ user }: Peer): string {
  const colour = user?.colour ?? user?.color ?? '';
  return HEX.test(colour) ? colour : FALLBACK;
}

/** Runs `work` once, `ms` after the first of many calls. */
function soon(work: () => void, ms: number): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    call: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
