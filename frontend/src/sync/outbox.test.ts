// Promise: what was typed survives the browser's end, and tabs of one person never undo each other.
import { IDBDatabase, IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Outbox } from './outbox';

// A loaded machine takes its time; a broken promise is broken after ten seconds too.
vi.setConfig({ testTimeout: 30_000 });
const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });

let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
});

interface Tab {
  outbox: Outbox;
  doc: Y.Doc;
  kept: number;
  errors: number;
  type(words: string): number;
}

async function tab(copy = 'maria/doc1', store: IDBFactory | null = factory): Promise<Tab> {
  const doc = new Y.Doc();
  let serial = 0;
  const found: Tab = {
    doc,
    kept: 0,
    errors: 0,
    outbox: new Outbox(
      copy,
      { kept: (n) => (found.kept = n), failed: () => (found.errors += 1) },
      store,
    ),
    type(words) {
      doc.getText('t').insert(doc.getText('t').length, words);
      return serial;
    },
  };
  const copyOnDevice = await found.outbox.load();
  for (const update of copyOnDevice?.updates ?? []) Y.applyUpdate(doc, update);
  doc.on('update', (bytes: Uint8Array) => found.outbox.keep(bytes, (serial += 1)));
  return found;
}

async function reopened(copy?: string): Promise<{ text: string; unsettled: number }> {
  const doc = new Y.Doc();
  const outbox = new Outbox(copy ?? 'maria/doc1', { kept: vi.fn(), failed: vi.fn() }, factory);
  const found = await outbox.load();
  for (const update of found?.updates ?? []) Y.applyUpdate(doc, update);
  outbox.close();
  return { text: doc.getText('t').toString(), unsettled: found?.unsettled ?? 0 };
}

test('every keystroke is there after a restart, and known to be unsent', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  for (const letter of 'Hello') one.type(letter);
  await eventually(() => expect(one.kept).toBe(5));
  const again = await reopened();
  expect(again.text).toBe('Hello');
  expect(again.unsettled).toBeGreaterThan(0);
});

test('it asks for strict durability', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  const asked: unknown[] = [];
  const original = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    ...args: Parameters<typeof original>
  ) {
    asked.push(args[2]);
    return original.apply(this, args);
  });
  one.type('x');
  await eventually(() => expect(one.kept).toBe(1));
  expect(asked[0]).toEqual({ durability: 'strict' });
});

test('closing the tab in the middle of typing writes what is still in the air', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  for (const letter of 'and then the lights went out') one.type(letter);
  one.outbox.close();
  await eventually(async () =>
    expect((await reopened()).text).toBe('and then the lights went out'),
  );
});

test('acknowledged words stay readable, but are no longer unsent', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  for (const letter of 'Hello') one.type(letter);
  one.outbox.settled(5); // faster than the device
  await eventually(() => expect(one.kept).toBe(5));
  await eventually(async () => expect(await reopened()).toEqual({ text: 'Hello', unsettled: 0 }));
});

test('many rows are merged without losing a letter or an unsent one', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  for (let i = 0; i < 200; i++) {
    one.type('a');
    if (i % 40 === 0) await eventually(() => expect(one.kept).toBe(i + 1));
  }
  await eventually(() => expect(one.kept).toBe(200));
  one.outbox.settled(150);
  await eventually(async () => {
    const again = await reopened();
    expect(again.text).toBe('a'.repeat(200));
    expect(again.unsettled).toBe(50);
  });
  await eventually(async () => {
    const copy = new Outbox('maria/doc1', { kept: vi.fn(), failed: vi.fn() }, factory);
    expect((await copy.load())?.updates.length).toBe(51);
    copy.close();
  });
});

test('two tabs of one person keep each other’s words', async () => {
  const one = await tab();
  await one.outbox.belong('e1', 1, true);
  one.type('one ');
  await eventually(() => expect(one.kept).toBe(1));
  const two = await tab();
  two.type('two');
  await eventually(() => expect(two.kept).toBe(1));
  one.outbox.settled(1);
  one.type('and ');
  await eventually(() => expect(one.kept).toBe(2));
  await two.outbox.forget(); // its own words are safe elsewhere
  two.outbox.keepRemote(Y.encodeStateAsUpdate(one.doc)); // and the server sends its text anew
  two.outbox.flush();
  one.type('more');
  await eventually(() => expect(one.kept).toBe(3));
  await eventually(async () => {
    expect(await reopened()).toEqual({ text: 'one and more', unsettled: 2 });
  });
});

test('two people on one device, and two epochs, never share a copy', async () => {
  const maria = await tab('maria/doc1');
  await maria.outbox.belong('e1', 1, true);
  maria.type('mine');
  await eventually(() => expect(maria.kept).toBe(1));
  expect((await reopened('tom/doc1')).text).toBe('');
  await maria.outbox.belong('e2', 1, true);
  expect((await reopened()).text).toBe('');
});

test('a device without a store says so, and again for every change', async () => {
  const one = await tab('maria/doc1', null);
  expect(one.outbox.available).toBe(false);
  const before = one.errors;
  await one.outbox.belong('e1', 1, true);
  one.type('x');
  expect(one.errors).toBeGreaterThan(before);
});
