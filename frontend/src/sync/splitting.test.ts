// Promise: a large update in parts is the same document, and no part needs one that comes later.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { split } from './splitting';

const text = (doc: Y.Doc): string => doc.getXmlFragment('content').toString();

/** Applies the parts one after the other; fails when one leaves something pending. */
function applyInTurn(parts: Uint8Array[], base?: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  if (base) Y.applyUpdate(doc, base);
  for (const part of parts) {
    Y.applyUpdate(doc, part);
    expect(doc.store.pendingStructs).toBeNull();
    expect(doc.store.pendingDs).toBeNull();
  }
  return doc;
}

function write(doc: Y.Doc, words: string, at = 0): Y.XmlText {
  const paragraph = new Y.XmlElement('paragraph');
  const inside = new Y.XmlText(words);
  paragraph.insert(0, [inside]);
  doc.getXmlFragment('content').insert(at, [paragraph]);
  return inside;
}

test('a small update stays as it is', () => {
  const doc = new Y.Doc();
  write(doc, 'short');
  const update = Y.encodeStateAsUpdate(doc);
  expect(split(update, 1000)).toEqual([update]);
});

test('one enormous paragraph is cut between characters, never inside one', () => {
  const doc = new Y.Doc();
  const words = `xyz${'😀ä語'.repeat(5000)}`;
  write(doc, words);
  const parts = split(Y.encodeStateAsUpdate(doc), 4096);
  expect(parts.length).toBeGreaterThan(10);
  for (const part of parts) expect(part.byteLength).toBeLessThanOrEqual(4096);
  const copy = applyInTurn(parts);
  expect(text(copy)).toBe(text(doc));
  expect(text(copy)).not.toContain('\ufffd');
});

test('what two clients wrote into each other is ordered so that nothing waits', () => {
  const one = new Y.Doc();
  const two = new Y.Doc();
  one.on('update', (u: Uint8Array) => Y.applyUpdate(two, u));
  two.on('update', (u: Uint8Array) => Y.applyUpdate(one, u));
  for (let i = 0; i < 200; i++) {
    const doc = i % 2 ? one : two;
    const inside = write(doc, `paragraph ${i} `, Math.floor(i / 3));
    inside.insert(3, 'inserted by the same');
    const first = (i % 2 ? two : one).getXmlFragment('content').get(Math.floor(i / 3));
    ((first as Y.XmlElement).get(0) as Y.XmlText).insert(5, 'and by the other');
    if (i % 7 === 0) doc.getXmlFragment('content').delete(0, 1);
  }
  const update = Y.encodeStateAsUpdate(one);
  const parts = split(update, 700);
  expect(parts.length).toBeGreaterThan(10);
  const copy = applyInTurn(parts);
  expect(text(copy)).toBe(text(one));
  expect(Y.encodeStateAsUpdate(copy)).toEqual(update);
});

test('deletions of what is already there come along', () => {
  const doc = new Y.Doc();
  const inside = write(doc, 'x'.repeat(20_000));
  const base = Y.encodeStateAsUpdate(doc);
  const before = Y.encodeStateVector(doc);
  doc.transact(() => {
    for (let i = 0; i < 1500; i++) inside.delete(i, 1);
  });
  write(doc, 'y'.repeat(9000));
  const parts = split(Y.encodeStateAsUpdate(doc, before), 4096);
  for (const part of parts) expect(part.byteLength).toBeLessThanOrEqual(4096);
  expect(text(applyInTurn(parts, base))).toBe(text(doc));
});
