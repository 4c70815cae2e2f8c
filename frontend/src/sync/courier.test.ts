// Promise: words typed in a chapter reach the server although the person went on to another one.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Courier } from './courier';
import { fetchAll, open } from './database';
import { FakeServer } from './fakeServer';
import type { ChapterOptions } from './chapter';
import { ChapterSync } from './provider';
import { type RecoveredCopy, listRecovered } from './recovered';

// A loaded machine takes its time; a broken promise is broken after ten seconds too.
vi.setConfig({ testTimeout: 30_000 });
const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });

let one: FakeServer;
let two: FakeServer;
let couriers: Courier[];

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  one = new FakeServer();
  two = new FakeServer();
  couriers = [];
});
afterEach(() => {
  for (const courier of couriers) courier.destroy();
  vi.unstubAllGlobals();
});

function courier(): Courier {
  const make = (options: ChapterOptions): ChapterSync =>
    new ChapterSync({
      ...options,
      base: 'ws://test',
      socket: options.documentId === 'one' ? one.open : two.open,
    });
  const made = new Courier('maria', make);
  couriers.push(made);
  return made;
}

async function typeOffline(sync: ChapterSync): Promise<void> {
  await eventually(() => expect(sync.save).toBe('saved'));
  one.reachable = false;
  one.cut();
  const paragraph = sync.doc.getXmlFragment('content').get(0) as Y.XmlElement;
  paragraph.insert(0, [new Y.XmlText('typed offline')]);
  await eventually(() => expect(sync.save).toBe('kept'));
}

test('a chapter that was left goes on sending', async () => {
  const desk = courier();
  const first = desk.open('one', 'One');
  await typeOffline(first);
  desk.leave(first);
  const second = desk.open('two', 'Two');
  expect(desk.sending).toBe(1);
  one.reachable = true;
  await eventually(() => expect(one.text()).toContain('typed offline'));
  await eventually(() => expect(desk.sending).toBe(0));
  desk.leave(second);
});

test('words for a chapter that is closed for changes go in when it is opened, wherever one is then', async () => {
  const desk = courier();
  const first = desk.open('one', 'One');
  await typeOffline(first);
  one.refuse = { code: 'frozen', times: Infinity, retryMs: 300 };
  one.reachable = true;
  await eventually(() => expect(first.status.frozen).toBe(true));
  desk.leave(first);
  const tried = one.frames;
  await eventually(() => expect(one.frames).toBeGreaterThan(tried));
  expect(desk.waiting).toBe('kept');
  one.refuse = null;
  await eventually(() => expect(desk.sending).toBe(0));
  expect(one.text().match(/typed offline/g)).toHaveLength(1);
  expect(await listRecovered('maria')).toEqual([]);
});

test('words that an earlier visit left on this device are sent, and it is said until then', async () => {
  const before = courier();
  const first = before.open('one', 'One');
  await typeOffline(first);
  first.destroy();
  const after = courier();
  const told: unknown[] = [];
  after.on('waiting', (state) => told.push(state));
  after.look(() => () => Promise.resolve(null));
  await eventually(() => expect(told).toContain('kept'));
  one.reachable = true;
  await eventually(() => expect(one.text()).toContain('typed offline'));
  await eventually(() => expect(told.at(-1)).toBe(null));
});

test('nothing is said of words for a chapter that is not of this guide', async () => {
  const before = courier();
  const first = before.open('one', 'One');
  await typeOffline(first);
  first.destroy();
  const after = courier();
  after.look(() => undefined);
  await eventually(() => expect(after.sending).toBe(1));
  expect(after.waiting).toBe(null);
  one.reachable = true;
  await eventually(() => expect(one.text()).toContain('typed offline'));
});

test('opening a left chapter again shows its unsent words', async () => {
  const desk = courier();
  const first = desk.open('one', 'One');
  await typeOffline(first);
  desk.leave(first);
  const again = desk.open('one', 'One');
  await eventually(() => expect(again.status.ready).toBe(true));
  expect(again.doc.getXmlFragment('content').toString()).toContain('typed offline');
  again.destroy();
});

// ---- a backup is restored: `one` is gone, the chapter is `two` now and has what the backup had

/** The server after a restore; the words in the log since the backup are not in it. */
function restore(backup: Uint8Array): void {
  two.doc = new Y.Doc();
  Y.applyUpdate(two.doc, backup);
  two.epoch = 'e2';
  one.reachable = false;
  one.cut();
}

const backedUp = (): Uint8Array => Y.encodeStateAsUpdate(one.doc);
const now = (document: string | null) => () => Promise.resolve(document);

async function write(sync: ChapterSync, words: string): Promise<void> {
  await eventually(() => expect(sync.save).toBe('saved'));
  const paragraph = new Y.XmlElement('paragraph');
  sync.doc.getXmlFragment('content').push([paragraph]);
  paragraph.insert(0, [new Y.XmlText(words)]);
  await eventually(() => expect(sync.save).toBe('saved'));
}

async function copiesHere(): Promise<string[]> {
  const db = await open();
  const keys = await fetchAll(db, 'copies', (s) => s.getAllKeys() as IDBRequest<string[]>);
  db.close();
  return keys;
}

async function heard(desk: Courier): Promise<RecoveredCopy[]> {
  const copies: RecoveredCopy[] = [];
  desk.on('recovered', (copy) => copies.push(copy));
  await eventually(() => expect(copies).not.toEqual([]));
  return copies;
}

test('what a restored backup lacks is given back to the one who wrote it, and not merged', async () => {
  const before = courier();
  const first = before.open('one', 'One', undefined, 'guide/c1');
  await write(first, 'in the backup');
  const backup = backedUp();
  await write(first, 'saved after it');
  one.edit((content) => content.push([new Y.XmlElement('paragraph')]));
  one.edit((c) => (c.get(c.length - 1) as Y.XmlElement).insert(0, [new Y.XmlText('of another')]));
  await eventually(() =>
    expect(first.doc.getXmlFragment('content').toString()).toContain('another'),
  );
  before.leave(first);
  restore(backup);
  const after = courier();
  after.look(() => undefined, now('two'));
  const copies = await heard(after);
  expect(copies.map(({ copy, text }) => [copy, text])).toEqual([['maria/two', 'saved after it']]);
  await eventually(async () => expect(await listRecovered('maria', 'two')).toEqual(copies));
  expect(two.text()).toContain('in the backup');
  expect(two.text()).not.toContain('saved after it');
  // The old copy is done with: the next visit finds nothing to give back.
  await eventually(async () => expect(await copiesHere()).not.toContain('maria/one'));
});

test.each(['with a store', 'in a private window'])(
  'an open page that was there before and after the restore loses nothing, %s',
  async (where) => {
    if (where === 'in a private window') vi.stubGlobal('indexedDB', undefined);
    const desk = courier();
    let state: 'restored' | null = null;
    desk.look(() => undefined, now('two'));
    const first = desk.open('one', 'One', () => Promise.resolve(state), 'guide/c1');
    await write(first, 'in the backup');
    const backup = backedUp();
    await write(first, 'saved after it');
    restore(backup);
    const paragraph = new Y.XmlElement('paragraph');
    first.doc.getXmlFragment('content').push([paragraph]);
    paragraph.insert(0, [new Y.XmlText('never saved')]);
    state = 'restored';
    await eventually(() => expect(first.isFormer).toBe(true));
    expect(first.status.writable).toBe(false);
    const copies = heard(desk);
    desk.leave(first); // the page shows the chapter's new document
    expect((await copies).map(({ text }) => text)).toEqual(['saved after it\n\nnever saved']);
    expect(two.text()).not.toContain('saved');
    expect(desk.sending).toBe(0);
  },
);

test('a chapter that is newer than the backup is given back whole', async () => {
  const desk = courier();
  desk.look(() => undefined, now(null));
  const first = desk.open('one', 'One', () => Promise.resolve('restored'), 'guide/c1');
  await write(first, 'all of it');
  one.reachable = false;
  one.cut();
  await eventually(() => expect(first.isFormer).toBe(true));
  const copies = heard(desk);
  desk.leave(first);
  expect((await copies).map(({ copy, text }) => [copy, text])).toEqual([
    ['maria/one', 'all of it'],
  ]);
});

test('a page that noticed nothing and is left keeps what the backup lacks', async () => {
  const desk = courier();
  desk.look(() => undefined, now('two'));
  const first = desk.open('one', 'One', undefined, 'guide/c1');
  await write(first, 'in the backup');
  const backup = backedUp();
  await write(first, 'saved after it');
  restore(backup);
  await eventually(() => expect(first.status.online).toBe(false));
  const copies = heard(desk);
  desk.leave(first);
  expect((await copies).map(({ text }) => text)).toEqual(['saved after it']);
});
