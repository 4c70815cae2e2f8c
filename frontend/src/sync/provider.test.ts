// Promises of an open chapter against a server that loses acknowledgements, goes away and refuses.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { FakeServer } from './fakeServer';
import { ChapterSync } from './provider';
import { listRecovered } from './recovered';

// A loaded machine takes its time; a broken promise is broken after ten seconds too.
vi.setConfig({ testTimeout: 30_000 });
const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });

let server: FakeServer;
let open: ChapterSync[];

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  server = new FakeServer();
  open = [];
});
afterEach(() => {
  for (const chapter of open) chapter.destroy();
  vi.unstubAllGlobals();
});

async function chapter(personId = 'maria', wait = true): Promise<ChapterSync> {
  const sync = new ChapterSync({
    documentId: 'doc1',
    personId,
    title: 'Chapter one',
    base: 'ws://test',
    socket: server.open,
  });
  open.push(sync);
  await sync.start();
  if (wait) await eventually(() => expect(sync.save).toBe('saved'));
  return sync;
}

function type(sync: ChapterSync, words: string): void {
  const paragraph = sync.doc.getXmlFragment('content').get(0) as Y.XmlElement;
  if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()]);
  (paragraph.get(0) as Y.XmlText).insert(0, words);
}

const textOf = (sync: ChapterSync): string => sync.doc.getXmlFragment('content').toString();

async function quit(sync: ChapterSync): Promise<void> {
  open.splice(open.indexOf(sync), 1);
  sync.destroy();
  await new Promise((done) => setTimeout(done, 20));
}

test('what one types the other reads, and both are told it is saved', async () => {
  const maria = await chapter('maria');
  const tom = await chapter('tom');
  type(maria, 'Hello');
  await eventually(() => expect(textOf(tom)).toContain('Hello'));
  await eventually(() => expect(maria.save).toBe('saved'));
  expect(server.text()).toContain('Hello');
});

test('a lost acknowledgement is never "saved"; after reconnecting nothing is doubled', async () => {
  const maria = await chapter();
  server.loseAcks = true;
  type(maria, 'Hello');
  await eventually(() => expect(server.text()).toContain('Hello'));
  expect(maria.hasUnsent).toBe(true);
  const stored = server.stored;
  server.loseAcks = false;
  server.cut();
  await eventually(() => expect(maria.save).toBe('saved'));
  expect(server.stored).toBe(stored);
  expect(server.text().match(/Hello/g)).toHaveLength(1);
});

test('words typed without a network arrive after the browser was restarted', async () => {
  const before = await chapter();
  type(before, 'kept ');
  await eventually(() => expect(before.save).toBe('saved'));
  server.reachable = false;
  server.cut();
  type(before, 'offline ');
  await eventually(() => expect(before.save).toBe('kept'));
  await quit(before);
  const after = await chapter('maria', false);
  expect(textOf(after)).toContain('offline kept');
  expect(after.status).toMatchObject({ ready: true, writable: true, online: false });
  expect(after.doc.clientID).not.toBe(before.doc.clientID);
  await eventually(() => expect(after.save).toBe('kept'));
  server.reachable = true;
  await eventually(() => expect(after.save).toBe('saved'));
  expect(server.text()).toContain('offline kept');
});

test('edits on both sides of a broken line meet, deletions included', async () => {
  const maria = await chapter('maria');
  const tom = await chapter('tom');
  type(maria, 'one two three');
  await eventually(() => expect(textOf(tom)).toContain('three'));
  server.reachable = false;
  server.cut();
  type(maria, 'zero ');
  const inside = (tom.doc.getXmlFragment('content').get(0) as Y.XmlElement).get(0) as Y.XmlText;
  inside.delete(4, 4);
  server.reachable = true;
  await eventually(() => expect(server.text()).toContain('zero one three'));
  await eventually(() => expect(textOf(tom)).toBe(textOf(maria)));
});

test('a refused change becomes a recovered copy, and the tab goes on without it', async () => {
  const maria = await chapter();
  type(maria, 'good ');
  await eventually(() => expect(server.text()).toContain('good'));
  const recovered = vi.fn();
  const documents: Y.Doc[] = [];
  maria.on('recovered', recovered);
  maria.on('document', (doc) => documents.push(doc));
  const old = maria.doc;
  server.refuse = { code: 'invalid', times: 1 };
  type(maria, 'bad ');
  await eventually(() => expect(recovered).toHaveBeenCalled());
  expect(maria.save).toBe('not-saved');
  await eventually(() => expect(documents).toHaveLength(1));
  expect(maria.doc).toBe(documents[0]);
  expect(maria.doc.clientID).not.toBe(old.clientID);
  expect(textOf(maria)).toBe(server.text());
  expect((await listRecovered('maria', 'doc1'))[0]?.text).toContain('bad');
  type(maria, 'and on ');
  await eventually(() => expect(server.text()).toContain('and on good'));
  maria.recoveredHandled();
  await eventually(() => expect(maria.save).toBe('saved'));
  await quit(maria);
  server.reachable = false;
  const again = await chapter('maria', false);
  expect(textOf(again)).toContain('and on good');
  expect(textOf(again)).not.toContain('bad');
});

test('words typed offline into a paragraph that somebody took away are given back', async () => {
  const maria = await chapter('maria');
  const tom = await chapter('tom');
  type(maria, 'one three');
  await eventually(() => expect(textOf(tom)).toContain('three'));
  const given: string[] = [];
  maria.on('recovered', ({ text }) => given.push(text));
  server.reachable = false;
  server.cut();
  const inside = (maria.doc.getXmlFragment('content').get(0) as Y.XmlElement).get(0) as Y.XmlText;
  inside.insert(4, 'two ');
  server.doc.getXmlFragment('content').delete(0, 1);
  server.reachable = true;
  await eventually(() => expect(given).toEqual(['one two three']));
  expect((await listRecovered('maria'))[0]?.text).toBe('one two three');
  await eventually(() => expect(maria.save).toBe('saved'));
});

test('what others can have seen they may take away, and what moved on in the text is not lost', async () => {
  const maria = await chapter('maria');
  const recovered = vi.fn();
  maria.on('recovered', recovered);
  type(maria, 'seen by all ');
  await eventually(() => expect(server.text()).toContain('seen by all'));
  await new Promise((wait) => setTimeout(wait, 500));
  server.edit((content) => content.delete(0, 1));
  await eventually(() => expect(textOf(maria)).toBe(''));
  // Somebody presses Enter in front of fresh words: editors delete them and put them in again.
  server.edit((content) => content.insert(0, [new Y.XmlElement('paragraph')]));
  await eventually(() => expect(textOf(maria)).toContain('paragraph'));
  type(maria, 'fresh words');
  await eventually(() => expect(server.text()).toContain('fresh words'));
  server.edit((content) => {
    content.delete(0, 1);
    const anew = new Y.XmlElement('paragraph');
    anew.insert(0, [new Y.XmlText('fresh words')]);
    content.insert(0, [anew]);
  });
  await eventually(() => expect(textOf(maria)).toContain('fresh words'));
  expect(recovered).not.toHaveBeenCalled();
});

test('another epoch is never merged: unsent words come back as a copy', async () => {
  const maria = await chapter();
  server.reachable = false;
  server.cut();
  type(maria, 'unsent words');
  server.epoch = 'e2';
  server.doc = new Y.Doc();
  server.doc.getXmlFragment('content').insert(0, [new Y.XmlElement('heading')]);
  server.reachable = true;
  await eventually(() => expect(textOf(maria)).toBe('<heading></heading>'));
  expect(server.text()).toBe('<heading></heading>');
  expect((await listRecovered('maria'))[0]?.text).toBe('unsent words');
});

test('"slow down" and "storage full" are tried again by themselves', async () => {
  const maria = await chapter();
  server.refuse = { code: 'slow_down', times: 2, retryMs: 300 };
  type(maria, 'first ');
  type(maria, 'second ');
  await eventually(() => expect(server.text()).toContain('second first'));
  await eventually(() => expect(maria.save).toBe('saved'));
});

test('a gap leads to a new comparison of everything', async () => {
  const maria = await chapter();
  server.refuse = { code: 'resync', times: 1 };
  type(maria, 'first ');
  await eventually(() => expect(server.text()).toContain('first'));
  await eventually(() => expect(maria.save).toBe('saved'));
});

test('a server that lost what it had acknowledged gets it again at the next beat', async () => {
  const maria = await chapter();
  const before = Y.encodeStateAsUpdate(server.doc);
  type(maria, 'Hello');
  await eventually(() => expect(maria.save).toBe('saved'));
  server.doc = new Y.Doc();
  Y.applyUpdate(server.doc, before);
  server.beat();
  await eventually(() => expect(server.text()).toContain('Hello'));
});

test('a closed chapter is read-only; the last words stay, wait, and go in when it is opened', async () => {
  const maria = await chapter();
  type(maria, 'before');
  await eventually(() => expect(maria.save).toBe('saved'));
  server.refuse = { code: 'frozen', times: Infinity, retryMs: 300 };
  type(maria, 'late ');
  await eventually(() => expect(maria.status.readOnly).toContain('closed for changes'));
  type(maria, 'too '); // a word that was being composed
  await eventually(() => expect(maria.save).toBe('kept'));
  expect(maria.status).toMatchObject({ writable: false, frozen: true, online: true });
  const tried = server.frames;
  await eventually(() => expect(server.frames).toBeGreaterThan(tried + 1));
  expect(server.text()).not.toContain('late');
  expect(textOf(maria)).toContain('too late before');
  server.refuse = null;
  await eventually(() => expect(maria.save).toBe('saved'));
  expect(maria.status).toMatchObject({ writable: true, frozen: false, readOnly: null });
  expect(server.text().match(/too late before/g)).toHaveLength(1);
  expect(await listRecovered('maria')).toEqual([]);
  type(maria, 'not ');
  await eventually(() => expect(server.text()).toContain('not too late before'));
});

test('who was offline while it was closed finds the words again after a reload, and they go in', async () => {
  const before = await chapter();
  server.reachable = false;
  server.cut();
  type(before, 'offline');
  await eventually(() => expect(before.save).toBe('kept'));
  await quit(before);
  server.refuse = { code: 'frozen', times: Infinity, retryMs: 300 };
  server.reachable = true;
  const after = await chapter('maria', false);
  await eventually(() => expect(after.status.frozen).toBe(true));
  expect(textOf(after)).toContain('offline');
  type(after, 'composed '); // a character that was not finished when the page became read-only
  type(after, 'and ');
  await eventually(() => expect(after.save).toBe('kept'));
  await quit(after);
  const again = await chapter('maria', false);
  await eventually(() => expect(again.status.frozen).toBe(true));
  server.refuse = null;
  await eventually(() => expect(again.save).toBe('saved'));
  expect(server.text().match(/and composed offline/g)).toHaveLength(1);
  expect(await listRecovered('maria')).toEqual([]);
});

test('a final close is final: no further attempt, and a sentence that says why', async () => {
  const maria = await chapter();
  const opened = vi.spyOn(server, 'greet');
  server.cut(4401);
  await new Promise((done) => setTimeout(done, 1200));
  expect(opened).not.toHaveBeenCalled();
  expect(maria.status.readOnly).toContain('no longer signed in');
});

test('turned away before the socket opens, the reason is found out and said', async () => {
  const sync = new ChapterSync({
    documentId: 'doc1',
    personId: 'maria',
    title: 'Chapter one',
    base: 'ws://test',
    socket: server.open,
    probe: () => Promise.resolve('gone'),
  });
  open.push(sync);
  server.reachable = false;
  await sync.start();
  await eventually(() => expect(sync.status.readOnly).toContain('in the bin'));
});

test('a reader is told so, sends nothing and is not "unsaved"', async () => {
  server.role = 'reader';
  const reader = await chapter('rita');
  expect(reader.writable).toBe(false);
  type(reader, 'x');
  await new Promise((done) => setTimeout(done, 50));
  expect(server.frames).toBe(0);
  expect(reader.hasUnsent).toBe(false);
  expect(reader.save).toBe('saved');
});

test('a newer schema is shown from a copy that nothing leaves', async () => {
  server.schema = 2;
  server.doc.getXmlFragment('content').insert(1, [new Y.XmlElement('hologram')]);
  const maria = await chapter();
  expect(maria.writable).toBe(false);
  expect(maria.status.readOnly).toContain('Reload');
  expect(maria.document).not.toBe(maria.doc);
  maria.document.getXmlFragment('content').delete(0, 2); // what an old editor would do
  expect(textOf(maria)).toContain('hologram');
});

test('closing the page is questioned exactly while words are unsent', async () => {
  const maria = await chapter();
  const leave = (): boolean => {
    const event = new Event('beforeunload', { cancelable: true });
    globalThis.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(leave()).toBe(false);
  server.loseAcks = true;
  type(maria, 'x');
  expect(leave()).toBe(true);
});

test('while somebody composes a character, changes of others wait', async () => {
  const maria = await chapter('maria');
  const tom = await chapter('tom');
  tom.live.hold(true);
  type(maria, 'Hello');
  await eventually(() => expect(server.text()).toContain('Hello'));
  await new Promise((done) => setTimeout(done, 30));
  expect(textOf(tom)).not.toContain('Hello');
  tom.live.hold(false);
  expect(textOf(tom)).toContain('Hello');
});

test('a large difference counts as stored only when all its parts are', async () => {
  const maria = await chapter();
  server.reachable = false;
  server.cut();
  type(maria, 'long words '.repeat(60_000));
  server.acksLeft = 2;
  server.reachable = true;
  await eventually(() => expect(server.text()).toContain('long words'));
  await new Promise((done) => setTimeout(done, 50));
  expect(maria.hasUnsent).toBe(true);
  server.acksLeft = Infinity;
  server.cut();
  await eventually(() => expect(maria.save).toBe('saved'));
});

test('a chapter pasted at once goes out in parts', async () => {
  const maria = await chapter();
  type(maria, 'long words '.repeat(60_000));
  await eventually(() => expect(maria.save).toBe('saved'));
  expect(server.frames).toBeGreaterThan(3);
  expect(server.text()).toContain('long words long words');
});
