// Promise: who leaves a device leaves no text behind on it, unless the server does not have it yet.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { forgetPerson } from './forgetting';
import { Outbox } from './outbox';

vi.stubGlobal('IDBKeyRange', IDBKeyRange);
let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
});

async function wrote(copy: string, sent: boolean): Promise<void> {
  let kept = 0;
  const outbox = new Outbox(copy, { kept: (n) => (kept = n), failed: vi.fn() }, factory);
  await outbox.load();
  await outbox.belong('e1', 1, true);
  outbox.keep(new Uint8Array([0, 0]), 1);
  await vi.waitFor(() => expect(kept).toBe(1), { timeout: 10_000 });
  if (sent) outbox.settled(1);
  outbox.close();
}

async function isThere(copy: string): Promise<number | null> {
  const outbox = new Outbox(copy, { kept: vi.fn(), failed: vi.fn() }, factory);
  const found = await outbox.load();
  outbox.close();
  return found?.updates.length ?? null;
}

test('what the server has goes, unsent words and other people’s copies stay', async () => {
  await wrote('maria/doc1', true);
  await wrote('maria/doc2', false);
  await wrote('mariana/doc1', true);
  await forgetPerson('maria', factory);
  expect(await isThere('maria/doc1')).toBe(null);
  expect(await isThere('maria/doc2')).toBe(1);
  expect(await isThere('mariana/doc1')).toBe(1);
});
