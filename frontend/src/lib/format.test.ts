import { describe, expect, it } from 'vitest';
import { ago, bytes, count, initials } from './format';

describe('words for people', () => {
  it.each([
    ['Maria Alvarez', 'MA'],
    ['maria', 'M'],
    ['Ana María de la Cruz', 'AC'],
    ['李小龙', '李'],
    ['👩🏽‍🚀 Ada', '👩A'],
    ['  ', ''],
  ])('the letters of %s are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
  it('counts as people do', () => {
    expect(count(1, 'chapter')).toBe('1 chapter');
    expect(count(1200, 'word')).toBe('1,200 words');
    expect(count(2, 'person', 'people')).toBe('2 people');
  });
  it('says how big and how long ago', () => {
    expect(bytes(940)).toBe('940 bytes');
    expect(bytes(1_234_567)).toBe('1.2 MB');
    const now = Date.parse('2026-03-02T12:00:00Z');
    expect(ago('2026-03-02T11:59:40Z', now)).toBe('a moment ago');
    expect(ago('2026-03-02T11:48:00Z', now)).toBe('12 minutes ago');
    expect(ago('2026-03-02T09:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-03-02T12:00:04Z', now)).toBe('a moment ago');
  });
});
