import { describe, expect, it } from 'vitest';
import { anotherName, takeToken } from './joining.svelte';

describe('joining', () => {
  it('suggests another name', () => {
    expect(anotherName('Maria')).toBe('Maria 2');
    expect(anotherName('Maria 2')).toBe('Maria 3');
    expect(anotherName('Agent 007')).toBe('Agent 8');
  });
  it('takes the secret out of the address and keeps it for a reload', () => {
    history.replaceState(null, '', '/join#secret');
    expect(takeToken()).toBe('secret');
    expect(location.href).not.toContain('secret');
    expect(takeToken()).toBe('secret');
    history.replaceState(null, '', '/join');
    expect(takeToken()).toBeNull();
  });
});
