// Where a chapter goes: pure arithmetic on the table of contents.
import type { Chapter, Part } from '../api/types';

export interface Group {
  /** null: the chapters that stand before the first part. */
  part: Part | null;
  chapters: Chapter[];
}
export interface Place {
  part_id: string | null;
  before_id: string | null;
}

/** Chapters in reading order under their parts; the ones without a part come first. */
export function groups(chapters: Chapter[], parts: Part[]): Group[] {
  const sorted = [...chapters].sort((a, b) => a.position - b.position);
  const known = new Set(parts.map((part) => part.id));
  const loose = sorted.filter((c) => c.part_id == null || !known.has(c.part_id));
  return [
    { part: null, chapters: loose },
    ...[...parts]
      .sort((a, b) => a.position - b.position)
      .map((part) => ({ part, chapters: sorted.filter((c) => c.part_id === part.id) })),
  ];
}

/** One step up or down, into the neighbouring part at its edge; null at the ends of the guide. */
export function step(all: Group[], id: string, direction: 'up' | 'down'): Place | null {
  const g = all.findIndex((group) => group.chapters.some((c) => c.id === id));
  const group = all[g];
  if (!group) return null;
  const i = group.chapters.findIndex((c) => c.id === id);
  const part_id = group.part?.id ?? null;
  if (direction === 'up') {
    const above = group.chapters[i - 1];
    if (above) return { part_id, before_id: above.id };
    const previous = all[g - 1];
    return previous ? { part_id: previous.part?.id ?? null, before_id: null } : null;
  }
  if (group.chapters[i + 1]) return { part_id, before_id: group.chapters[i + 2]?.id ?? null };
  const next = all[g + 1];
  if (!next?.part) return null;
  return { part_id: next.part.id, before_id: next.chapters[0]?.id ?? null };
}

/** Says where a chapter stands now: "third of 4 in Part one". */
export function spokenPlace(all: Group[], id: string): string {
  for (const group of all) {
    const i = group.chapters.findIndex((c) => c.id === id);
    if (i < 0) continue;
    const loose = all.length > 1 ? ', before the first part' : '';
    const where = group.part ? ` in ${group.part.title}` : loose;
    return `number ${i + 1} of ${group.chapters.length}${where}`;
  }
  return 'not in the table of contents';
}

/** The place a dragged chapter was dropped on: `ids` is the new order inside the part. */
export function droppedPlace(ids: string[], id: string, partId: string | null): Place | null {
  const i = ids.indexOf(id);
  return i < 0 ? null : { part_id: partId, before_id: ids[i + 1] ?? null };
}
