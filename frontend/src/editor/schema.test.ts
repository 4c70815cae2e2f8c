// Promise: the editor, the written-down schema and the manuscript agree, and nothing in it can be
// made invalid by two people editing at once.
import { getSchema } from '@tiptap/core';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manuscript } from './schema';
import written from './schema.json';
import { schemaJson } from './schemaJson';

const schema = getSchema(manuscript());

test('schema.json is what the editor has; `npm run schema` writes it', () => {
  expect(written).toEqual(schemaJson());
});

test('the manuscript reads the same', () => {
  const theirs = JSON.parse(readFileSync('../app/manuscript/schema.json', 'utf8')) as unknown;
  expect(theirs).toEqual(written);
});

test('every content expression lets a node be left empty', () => {
  for (const type of Object.values(schema.nodes)) {
    expect(type.spec.content ?? '').toMatch(/^([\w |()]+\*)?$/);
    if (!type.isText) expect(() => type.create().check()).not.toThrow();
  }
});

test('no mark pushes another one out', () => {
  const both = schema.marks['bold']?.create().addToSet([schema.mark('code')]);
  expect(both?.map((mark) => mark.type.name)).toEqual(['bold', 'code']);
});

test('marks stand in the order of the manuscript', () => {
  const marks = ['superscript', 'link', 'code', 'bold'].map((name) =>
    schema.mark(name, name === 'link' ? { href: '#a' } : {}),
  );
  const sorted = schema.text('x', marks).marks.map((mark) => mark.type.name);
  expect(sorted).toEqual(['link', 'bold', 'code', 'superscript']);
});
