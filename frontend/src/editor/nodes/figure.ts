// Figures: a picture of the guide with its caption, what it shows in words, and whose it is.
import { Node, type NodeViewRenderer } from '@tiptap/core';

export interface FigureAttrs {
  asset: string | null;
  alt: string;
  credit: string;
  decorative: boolean;
}

interface FigureOptions {
  /** Shows a figure; without one the figure is plain HTML. */
  view: NodeViewRenderer | null;
}

/** Attribute values are at most 2 KiB on the server; cut between characters. */
export function fitting(text: string, most = 2000): string {
  const clean = text.replaceAll(/\s+/g, ' ');
  if (new TextEncoder().encode(clean).byteLength <= most) return clean;
  let cut = '';
  let size = 0;
  for (const character of clean) {
    size += new TextEncoder().encode(character).byteLength;
    if (size > most) break;
    cut += character;
  }
  return cut;
}

const text = (name: 'alt' | 'credit') => ({
  default: '',
  parseHTML: (element: HTMLElement) => fitting(element.getAttribute(`data-${name}`) ?? ''),
  renderHTML: (attrs: Record<string, unknown>) => ({ [`data-${name}`]: attrs[name] as string }),
});

export const Figure = Node.create<FigureOptions>({
  name: 'figure',
  group: 'block',
  content: 'inline*',
  defining: true,
  isolating: true,

  addOptions() {
    return { view: null };
  },

  addAttributes() {
    return {
      asset: {
        default: null,
        parseHTML: (element) => {
          const id = element.getAttribute('data-asset');
          return id !== null && /^[0-9a-z]{26}$/.test(id) ? id : null;
        },
        renderHTML: ({ asset }) => (asset === null ? {} : { 'data-asset': asset as string }),
      },
      alt: text('alt'),
      credit: text('credit'),
      decorative: {
        default: false,
        parseHTML: (element) => element.hasAttribute('data-decorative'),
        renderHTML: ({ decorative }) => (decorative === true ? { 'data-decorative': '' } : {}),
      },
    };
  },

  parseHTML() {
    // Pictures from elsewhere are turned into uploads by paste/ before they come here.
    return [{ tag: 'figure[data-asset]', contentElement: 'figcaption' }];
  },

  renderHTML({ HTMLAttributes }) {
    return ['figure', HTMLAttributes, ['figcaption', { dir: 'auto' }, 0]];
  },

  addNodeView() {
    return this.options.view;
  },
});
