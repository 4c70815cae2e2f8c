// Pasting and dropping: HTML is cleaned, pictures are uploaded, and what stays behind is said.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { cleanHtml, cleanText } from './clean';

export interface PastingOptions {
  /** Uploads pictures and puts them at a position (the cursor when null). */
  pictures: (files: File[], at: number | null) => void;
  say: (sentence: string) => void;
}

const isPicture = (file: File): boolean => file.type.startsWith('image/');

export const Pasting = Extension.create<PastingOptions>({
  name: 'pasting',
  priority: 500,
  addOptions() {
    return { pictures: () => undefined, say: () => undefined };
  },
  addProseMirrorPlugins() {
    const { pictures, say } = this.options;
    const { editor } = this;
    const take = (files: File[], at: number | null): boolean => {
      if (files.length === 0 || !editor.isEditable) return false;
      const found = files.filter(isPicture);
      if (found.length < files.length) {
        say('Only pictures can be put into a chapter. Other files come in on the page “Book”.');
      }
      if (found.length > 0) pictures(found, at);
      return true;
    };
    return [
      new Plugin({
        props: {
          transformPastedText: cleanText,
          transformPastedHTML(html) {
            const { html: cleaned, pictures: inside, left } = cleanHtml(html);
            // The words first, their pictures after them.
            if (inside.length > 0) setTimeout(() => pictures(inside, null));
            if (left > 0) {
              const many = left === 1 ? 'One picture' : `${left} pictures`;
              const them = left === 1 ? 'it' : 'them';
              say(`${many} stayed behind. Save ${them} on your device and drop ${them} here.`);
            }
            return cleaned;
          },
          handlePaste(_view, event) {
            const data = event.clipboardData;
            const files = [...(data?.files ?? [])];
            // Office programs send a picture of the words along with the words: the words win.
            const words = data?.getData('text/plain').trim() ?? '';
            return words === '' && take(files, null);
          },
          handleDrop(view, event, _slice, moved) {
            const files = [...(event.dataTransfer?.files ?? [])];
            if (moved || files.length === 0) return false;
            event.preventDefault(); // the browser would leave the page and open the file
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
            take(files, at?.pos ?? null);
            return true;
          },
        },
      }),
    ];
  },
});
