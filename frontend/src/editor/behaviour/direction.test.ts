// Promise: a new line of a right-to-left guide begins on the right; words decide from then on.
import { Editor } from '@tiptap/core';
import { expect, test } from 'vitest';
import { manuscript } from '../schema';
import { Direction } from './direction';

test('an empty line takes the guide’s direction, and goes back to its words’ own', () => {
  const element = document.createElement('div');
  const editor = new Editor({
    element,
    injectCSS: false,
    extensions: [...manuscript(), Direction.configure({ dir: 'rtl' })],
    content: '<p></p>',
  });
  const dir = (): string | null | undefined => element.querySelector('p')?.getAttribute('dir');
  expect(dir()).toBe('rtl');
  editor.commands.insertContentAt(1, '/');
  expect(dir()).toBe('rtl');
  editor.commands.insertContentAt(1, 'English words');
  expect(dir()).toBe('auto');
  editor.destroy();
});
