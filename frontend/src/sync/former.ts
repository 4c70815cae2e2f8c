// Former copies: a chapter was restored from a backup and is another document now. What this person
// wrote after the backup is still on this device; it is taken out of the old copy, to be offered.
import * as Y from 'yjs';
import { type CopyRow, fetchAll, open, transact } from './database';
import type { ChapterSync } from './provider';
import { forgetRows, readRows } from './rows';
import { unsentText } from './unsent';

export interface Former {
  documentId: string;
  /** `guide/chapter` */
  chapter: string;
  title: string;
  updates: Uint8Array[];
  /** The client ids under which this person wrote. */
  own: Set<number>;
}

/** Everything this device has of a former document: what is stored, and what an open page holds. */
export async function readFormer(personId: string, of: CopyRow | ChapterSync): Promise<Former> {
  if ('copy' in of) return stored(personId, of);
  const { documentId, chapter = '', title } = of.options;
  const updates = [Y.encodeStateAsUpdate(of.doc)];
  const found = { documentId, chapter, title, updates, own: new Set([of.doc.clientID]) };
  const row = await withStore((db) =>
    fetchAll(
      db,
      'copies',
      (s) => s.get(`${personId}/${documentId}`) as IDBRequest<CopyRow | undefined>,
    ),
  );
  if (!row) return found; // this device keeps nothing
  const kept = await stored(personId, row);
  for (const client of kept.own) found.own.add(client);
  return { ...found, updates: [...updates, ...kept.updates] };
}

async function stored(personId: string, row: CopyRow): Promise<Former> {
  const rows = (await withStore((db) => readRows(db, `${row.copy}/${row.epoch}`))) ?? [];
  const own = new Set(row.own);
  for (const { bytes, settled } of rows) {
    // Written without the server: nobody has noted under which id.
    if (!settled) for (const client of Y.parseUpdateMeta(bytes).to.keys()) own.add(client);
  }
  return {
    documentId: row.copy.slice(personId.length + 1),
    chapter: row.chapter ?? '',
    title: row.title,
    updates: rows.map(({ bytes }) => bytes),
    own,
  };
}

/**
 * The paragraphs with words of this person that the restored document does not have, as they stood.
 * @param restored what it has: client id → next clock
 */
export function lostToRestore({ updates, own }: Former, restored: Map<number, number>): string {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  const known = new Map<number, number>();
  for (const client of doc.store.clients.keys()) {
    known.set(client, own.has(client) ? (restored.get(client) ?? 0) : Infinity);
  }
  const text = unsentText(doc, known);
  doc.destroy();
  return text;
}

/** Gives the old copy up, once its words are safe elsewhere. */
export async function forgetFormer(personId: string, documentId: string): Promise<void> {
  const copy = `${personId}/${documentId}`;
  await withStore(async (db) => {
    const row = await fetchAll(db, 'copies', (s) => s.get(copy) as IDBRequest<CopyRow | undefined>);
    if (!row) return;
    const lineage = `${copy}/${row.epoch}`;
    const ids = (await readRows(db, lineage)).map(({ id }) => id as number);
    await forgetRows(db, lineage, new Set(ids));
    await transact(db, ['copies'], 'readwrite', (tx) => {
      tx.objectStore('copies').delete(copy);
    });
  });
}

async function withStore<T>(work: (db: IDBDatabase) => Promise<T>): Promise<T | undefined> {
  let db: IDBDatabase | undefined;
  try {
    db = await open();
    return await work(db);
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
}
