// The place of a finding is found again after people have gone on writing.
import { describe, expect, it } from 'vitest';
import { blockAt, placeOf } from './place';

describe('a place', () => {
  it('is read from an address', () => {
    expect(placeOf('#at=12&words=The+union%E2%80%99s')).toEqual({ at: 12, words: 'The union’s' });
    expect(placeOf('#at=0')).toEqual({ at: 0, words: '' });
  });
  it('is nothing where none is named', () => {
    for (const odd of ['', '#', '#your-rights', '#at=-1', '#at=x', '#at=1.5']) {
      expect(placeOf(odd)).toBeNull();
    }
  });
  const texts = ['Rights', 'See here.', '', 'See  here.', 'End'];
  it('is the block that begins so, the nearest of several', () => {
    expect(blockAt(texts, { at: 0, words: 'See here' })).toBe(1);
    expect(blockAt(texts, { at: 4, words: 'See here' })).toBe(3);
  });
  it('is the number where no block begins so', () => {
    expect(blockAt(texts, { at: 2, words: '' })).toBe(2);
    expect(blockAt(texts, { at: 2, words: 'Gone' })).toBe(2);
    expect(blockAt(texts, { at: 99, words: 'Gone' })).toBe(4);
  });
});
