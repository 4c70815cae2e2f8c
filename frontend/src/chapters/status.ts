// How far a chapter is, in the words and in the order of the sprint.
import type { ChapterStatus } from '../api/types';

export const STATUSES: { status: ChapterStatus; name: string; share: number }[] = [
  { status: 'planned', name: 'Planned', share: 0 },
  { status: 'drafting', name: 'Drafting', share: 0.25 },
  { status: 'review', name: 'In review', share: 0.5 },
  { status: 'editing', name: 'Editing', share: 0.75 },
  { status: 'done', name: 'Done', share: 1 },
];

export function statusName(status: string): string {
  return STATUSES.find((known) => known.status === status)?.name ?? status;
}
