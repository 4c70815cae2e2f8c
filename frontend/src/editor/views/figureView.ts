// A figure in the editor: the picture, its caption to write in, and a few fields about it.
import type { NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { mount, unmount } from 'svelte';
import FigureFields from '../parts/FigureFields.svelte';
import { type FigureAttrs, fitting } from '../nodes/figure';
import { FigureState } from './figureState.svelte';

export interface FigureContext {
  /** Where the bytes of an asset are. */
  assetUrl: (id: string) => string;
  /** Lets the person choose a picture and uploads it; null when they did not. */
  choose: () => Promise<string | null>;
}

const UNDESCRIBED = 'A picture nobody has described yet';

export const figureView =
  (context: FigureContext): NodeViewRenderer =>
  ({ node: first, view, editor, getPos }) => {
    let node: Node = first;
    const state = new FigureState();
    const dom = document.createElement('figure');
    dom.className = 'figure';
    const picture = document.createElement('div');
    picture.className = 'figure-picture';
    picture.contentEditable = 'false';
    const caption = document.createElement('figcaption');
    caption.dir = 'auto';
    caption.dataset['placeholder'] = 'Write a caption';
    const fields = document.createElement('div');
    fields.className = 'figure-fields';
    fields.contentEditable = 'false';
    fields.lang = 'en';
    fields.dir = 'ltr';
    dom.append(picture, caption, fields);

    const set = (name: keyof FigureAttrs, value: FigureAttrs[keyof FigureAttrs]): void => {
      const pos = getPos();
      if (pos === undefined || node.attrs[name] === value) return;
      view.dispatch(view.state.tr.setNodeAttribute(pos, name, value));
    };
    const show = (): void => {
      const attrs = node.attrs as unknown as FigureAttrs;
      state.attrs = { ...attrs };
      state.editable = editor.isEditable;
      const shown = picture.firstElementChild;
      const source = attrs.asset === null ? null : context.assetUrl(attrs.asset);
      if (source === null) picture.replaceChildren(missing('No picture yet.'));
      else if (!(shown instanceof HTMLImageElement) || shown.getAttribute('src') !== source) {
        picture.replaceChildren(image(source));
      }
      const img = picture.querySelector('img');
      // Who cannot see it is told at least that there is something.
      if (img) img.alt = attrs.decorative ? '' : attrs.alt || UNDESCRIBED;
      caption.classList.toggle('empty', node.content.size === 0);
      dom.classList.toggle('undescribed', !attrs.decorative && attrs.alt === '');
    };
    const image = (source: string): HTMLImageElement => {
      const img = document.createElement('img');
      img.src = source;
      img.draggable = false;
      img.onerror = () => {
        img.replaceWith(missing('This picture cannot be shown right now.'));
      };
      return img;
    };
    const missing = (sentence: string): HTMLElement => {
      const element = document.createElement('p');
      element.className = 'figure-missing';
      element.textContent = sentence;
      return element;
    };
    const select = (): void => {
      const pos = getPos();
      if (pos === undefined) return;
      const { from, to } = view.state.selection;
      const inside = from >= pos && to <= pos + node.nodeSize;
      dom.classList.toggle('active', inside);
      state.active = inside;
      state.editable = editor.isEditable;
    };

    const component = mount(FigureFields, {
      target: fields,
      props: {
        state,
        onalt: (alt: string) => set('alt', fitting(alt)),
        oncredit: (credit: string) => set('credit', fitting(credit)),
        ondecorative: (yes: boolean) => set('decorative', yes),
        onchoose: () => void context.choose().then((id) => id !== null && set('asset', id)),
        onleave: () => editor.commands.focus(),
        onremove: () => {
          const pos = getPos();
          if (pos === undefined) return;
          view.dispatch(view.state.tr.delete(pos, pos + node.nodeSize));
          editor.commands.focus();
        },
      },
    });
    picture.addEventListener('click', () => {
      const pos = getPos();
      if (pos !== undefined) editor.chain().focus().setNodeSelection(pos).run();
    });
    editor.on('selectionUpdate', select);
    editor.on('update', select);
    show();

    return {
      dom,
      contentDOM: caption,
      update(changed) {
        if (changed.type !== node.type) return false;
        node = changed;
        show();
        return true;
      },
      selectNode: () => dom.classList.add('chosen'),
      deselectNode: () => dom.classList.remove('chosen'),
      stopEvent: (event) => fields.contains(event.target as HTMLElement),
      ignoreMutation: (mutation) => !caption.contains(mutation.target),
      destroy() {
        editor.off('selectionUpdate', select);
        editor.off('update', select);
        void unmount(component);
      },
    };
  };
