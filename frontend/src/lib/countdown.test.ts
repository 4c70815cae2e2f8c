import { describe, expect, it } from 'vitest';
import { face, spoken } from './countdown';

const minutes = (n: number) => n * 60_000;

describe('the countdown', () => {
  it.each([
    [minutes(25), '25:00'],
    [minutes(1) - 1, '1:00'],
    [999, '0:01'],
    [0, '0:00'],
    [-5000, '0:00'],
    [minutes(62) + 5000, '1:02:05'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(face(ms)).toBe(text);
  });

  it('speaks at ten, five and one minutes and at no other second', () => {
    const said: string[] = [];
    for (let left = minutes(12); left > -5000; left -= 1000) {
      const words = spoken('Writing', left + 1000, left);
      if (words !== null) said.push(words);
    }
    expect(said).toEqual([
      'Writing: 10 minutes left.',
      'Writing: 5 minutes left.',
      'Writing: 1 minute left.',
    ]);
  });
  it('says only the latest after a nap', () => {
    expect(spoken('Writing', minutes(30), minutes(4))).toBe('Writing: 5 minutes left.');
  });
  it('is silent when time was given, and when it is up', () => {
    expect(spoken('Writing', minutes(4), minutes(9))).toBeNull();
    expect(spoken('Writing', minutes(2), -1000)).toBeNull();
  });
});
