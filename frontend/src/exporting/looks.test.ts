import { expect, it } from 'vitest';
import type { BookDesign } from '../api/types';
import { chosen, differs } from './looks.svelte';

const KEPT: BookDesign = {
  name: 'manual',
  trim: '6x9',
  typeface: '',
  colour: true,
  accent: '',
  paper: 'white',
  qr: false,
  version: 3,
};

it('knows what was changed from what is kept', () => {
  expect(chosen(KEPT)).not.toHaveProperty('version');
  expect(differs(chosen(KEPT), chosen(KEPT))).toBe(false);
  expect(differs({ ...chosen(KEPT), qr: true }, chosen(KEPT))).toBe(true);
});
