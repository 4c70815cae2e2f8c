// The editor is most of the code: it comes when the first chapter opens.
import type { Component } from 'svelte';
import type { Chapter, Guide, Heading, Me } from '../api/types';
import type { SaveState } from '../lib/saveState';

export interface EditorProps {
  chapter: Chapter;
  guide: Guide;
  me: Me;
  onSaveState: (state: SaveState) => void;
  onStats?: (stats: { words: number; headings?: Heading[] }) => void;
}

const found = import.meta.glob<{ default: Component<EditorProps> }>('../editor/Editor.svelte');

export async function loadEditor(): Promise<Component<EditorProps>> {
  const load = found['../editor/Editor.svelte'];
  if (!load) throw new Error('no editor');
  return (await load()).default;
}
