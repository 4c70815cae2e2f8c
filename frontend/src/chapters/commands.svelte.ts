// What can be done with a chapter or a part from a menu; the dialogs some of it opens.
import type { Chapter, Part } from '../api/types';
import type { GuideStore } from '../guides/guide.svelte';
import { paths, router } from '../lib/router.svelte';
import type { MenuItem } from '../ui/Menu.svelte';
import { attempt, toasts } from '../ui/toasts.svelte';
import type { ChaptersStore } from './chapters.svelte';
import { type Place, spokenPlace, step } from './ordering';

type OpenDialog =
  | { kind: 'split'; id: string }
  | { kind: 'merge'; id: string }
  | { kind: 'bin' }
  | { kind: 'part'; moving: string | null };

class Dialogs {
  open: OpenDialog | null = $state(null);
}
export const dialogs = new Dialogs();

/** Moves and says aloud where the chapter now stands. */
export async function moveTo(
  chapters: ChaptersStore,
  chapter: Chapter,
  place: Place | null,
): Promise<void> {
  if (place === null) {
    toasts.say(`“${chapter.title}” cannot go further.`);
    return;
  }
  if (await attempt(() => chapters.move(chapter.id, place, chapter.version))) {
    toasts.say(`Moved “${chapter.title}”: ${spokenPlace(chapters.groups, chapter.id)}.`);
  }
}

export async function putInBin(chapters: ChaptersStore, chapter: Chapter): Promise<boolean> {
  const { route } = router;
  const open = route.page === 'desk' && route.chapterId === chapter.id;
  const done = await attempt(() => chapters.remove(chapter.id));
  if (done) {
    // Who puts the open chapter away need not be told that it is gone.
    if (open && router.route === route) router.go(paths.desk(route.slug));
    toasts.show(`“${chapter.title}” is in the bin.`, {
      label: 'Undo',
      act: () => void attempt(() => chapters.restore(chapter.id)),
    });
  }
  return done;
}

/** Closes a chapter for changes, or opens it; undone as easily. */
export async function setClosed(
  chapters: ChaptersStore,
  chapter: Chapter,
  closed: boolean,
): Promise<void> {
  if (!(await attempt(() => chapters.freeze(chapter.id, closed)))) return;
  toasts.show(
    `“${chapter.title}” is ${closed ? 'closed for changes' : 'open for changes again'}.`,
    {
      label: 'Undo',
      act: () => void attempt(() => chapters.freeze(chapter.id, !closed)),
    },
  );
}

/** The menu of a chapter; `rename` starts changing its title where it stands. */
export function chapterMenu(
  chapters: ChaptersStore,
  guide: GuideStore,
  chapter: Chapter,
  rename: () => void,
): MenuItem[] {
  if (!guide.can('organise')) return [];
  const up = step(chapters.groups, chapter.id, 'up');
  const down = step(chapters.groups, chapter.id, 'down');
  const move = (place: Place | null) => () => void moveTo(chapters, chapter, place);
  const here = chapter.part_id ?? null;
  const closed = chapter.frozen_at != null;
  const toParts: MenuItem[] = [{ id: null, title: 'Before the first part' }, ...chapters.parts]
    .filter((part) => part.id !== here)
    .map((part) => ({
      label: part.title,
      icon: 'part',
      act: move({
        part_id: part.id,
        before_id: null,
      }),
    }));
  return [
    { label: 'Rename', icon: 'pen', act: rename, disabled: closed },
    { label: 'Move up', icon: 'up', act: move(up), disabled: up === null, keys: 'Alt ↑' },
    { label: 'Move down', icon: 'down', act: move(down), disabled: down === null, keys: 'Alt ↓' },
    {
      label: 'Split at a heading…',
      icon: 'split',
      act: () => (dialogs.open = { kind: 'split', id: chapter.id }),
      disabled: closed,
    },
    ...(guide.can('manage')
      ? [
          {
            label: 'Merge into another…',
            icon: 'merge' as const,
            act: () => (dialogs.open = { kind: 'merge', id: chapter.id }),
            disabled: closed || !chapters.list.some((c) => c !== chapter && c.frozen_at == null),
          },
          {
            label: closed ? 'Open for changes' : 'Close for changes',
            icon: closed ? ('unlock' as const) : ('lock' as const),
            act: () => void setClosed(chapters, chapter, !closed),
          },
          {
            label: 'Put in the bin',
            icon: 'bin' as const,
            danger: true,
            disabled: closed,
            act: () => void putInBin(chapters, chapter),
          },
        ]
      : []),
    { heading: 'Move to part' },
    ...toParts,
    {
      label: 'A new part…',
      icon: 'plus',
      act: () => (dialogs.open = { kind: 'part', moving: chapter.id }),
    },
  ];
}

/** The menu of a part. */
export function partMenu(chapters: ChaptersStore, part: Part, rename: () => void): MenuItem[] {
  const i = chapters.parts.findIndex((p) => p.id === part.id);
  const move = (beforeId: string | null) => () =>
    void attempt(async () => {
      await chapters.movePart(part.id, beforeId);
      const now = chapters.parts.findIndex((p) => p.id === part.id);
      toasts.say(`Moved “${part.title}”: part ${now + 1} of ${chapters.parts.length}.`);
    });
  return [
    { label: 'Rename', icon: 'pen', act: rename },
    {
      label: 'Move up',
      icon: 'up',
      act: move(chapters.parts[i - 1]?.id ?? null),
      disabled: i <= 0,
    },
    {
      label: 'Move down',
      icon: 'down',
      act: move(chapters.parts[i + 2]?.id ?? null),
      disabled: i >= chapters.parts.length - 1,
    },
    {
      label: 'Remove this part, keep its chapters',
      icon: 'bin',
      danger: true,
      act: () => void attempt(() => chapters.removePart(part.id)),
    },
  ];
}
