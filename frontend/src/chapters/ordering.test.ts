import { describe, expect, it } from 'vitest';
import type { Chapter, Part } from '../api/types';
import { droppedPlace, groups, type Place, spokenPlace, step } from './ordering';

const chapter = (id: string, part_id: string | null, position: number) =>
  ({ id, part_id, position }) as Chapter;
const part = (id: string, position: number) => ({ id, position, title: `Part ${id}` }) as Part;

const PARTS = [part('B', 1), part('A', 0)];
const CHAPTERS = [
  chapter('b1', 'B', 3),
  chapter('intro', null, 0),
  chapter('a2', 'A', 2),
  chapter('a1', 'A', 1),
];

/** What the server does with a place. */
function apply(chapters: Chapter[], id: string, place: Place): Chapter[] {
  const rest = groups(chapters, PARTS).flatMap((group) => group.chapters);
  const order = rest.filter((c) => c.id !== id);
  const moved = { ...rest.find((c) => c.id === id), part_id: place.part_id } as Chapter;
  const at = order.findIndex((c) => c.id === place.before_id);
  order.splice(at < 0 ? order.length : at, 0, moved);
  return order.map((c, position) => ({ ...c, position }));
}
const shape = (chapters: Chapter[]) =>
  groups(chapters, PARTS).map((g) => [g.part?.id ?? '-', ...g.chapters.map((c) => c.id)].join(' '));

describe('the table of contents', () => {
  it('groups chapters under their parts, the loose ones first', () => {
    expect(shape(CHAPTERS)).toEqual(['- intro', 'A a1 a2', 'B b1']);
  });
  it('loses no chapter whose part is gone', () => {
    expect(shape([...CHAPTERS, chapter('stray', 'Z', 9)])[0]).toBe('- intro stray');
  });
  it('walks a chapter from one end to the other and back', () => {
    let now = CHAPTERS;
    const seen: string[] = [];
    for (const direction of ['down', 'up'] as const) {
      for (;;) {
        const place = step(groups(now, PARTS), 'intro', direction);
        if (place === null) break;
        now = apply(now, 'intro', place);
        expect(shape(now).join(' ').split(' ').sort()).toEqual(
          shape(CHAPTERS).join(' ').split(' ').sort(),
        );
        seen.push(spokenPlace(groups(now, PARTS), 'intro'));
      }
    }
    expect(seen).toEqual([
      'number 1 of 3 in Part A',
      'number 2 of 3 in Part A',
      'number 3 of 3 in Part A',
      'number 1 of 2 in Part B',
      'number 2 of 2 in Part B',
      'number 1 of 2 in Part B',
      'number 3 of 3 in Part A',
      'number 2 of 3 in Part A',
      'number 1 of 3 in Part A',
      'number 1 of 1, before the first part',
    ]);
  });
  it('knows the place of what was dropped', () => {
    expect(droppedPlace(['a1', 'x', 'a2'], 'x', 'A')).toEqual({ part_id: 'A', before_id: 'a2' });
    expect(droppedPlace(['a1', 'x'], 'x', 'A')).toEqual({ part_id: 'A', before_id: null });
    expect(droppedPlace(['a1'], 'x', 'A')).toBeNull();
  });
});
