import { expect, it } from 'vitest';
import { listed } from './details.svelte';

it('takes a list as people type it', () => {
  expect(listed(' unions,  organizing;New York\n,; ')).toEqual([
    'unions',
    'organizing',
    'New York',
  ]);
  expect(listed('  ')).toEqual([]);
});
