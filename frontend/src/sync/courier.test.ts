// Promise: words typed in a chapter reach the server although the person went on to another one.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Courier } from './courier';
import { FakeServer } from './fakeServer';
import type { ChapterOptions } from './chapter';
import { ChapterSync } from './provider';

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
