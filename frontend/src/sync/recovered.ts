// Recovered copies: words that are not in the chapter, kept on this device as plain text until the
// person has copied, downloaded or given them up. They are never merged into a chapter blindly.
import { type RecoveredRow, fetchAll, open, transact } from './database';

export type RecoveredCopy = RecoveredRow;

/** A copy of words to be kept for somebody. */
export function recoveredRow(
  of: { personId: string; documentId: string; title: string },
  reason: string,
  text: string,
): RecoveredCopy {
  const copy = `${of.personId}/${of.documentId}`;
  const at = Date.now();
  return { id: `${copy}/${at}`, copy, title: of.title, reason, text, at };
}

/** Keeps a copy on this device; false when it could not. */
export async function keepRecovered(row: RecoveredCopy): Promise<boolean> {
  return withStore(
    (db) =>
      transact(db, ['recovered'], 'readwrite', (tx) => {
        tx.objectStore('recovered').put(row);
      }).then(() => true),
    false,
  );
}

/** The copies of this person, newest first; of one document when `documentId` is given. */
export async function listRecovered(person: string, documentId = ''): Promise<RecoveredCopy[]> {
  const rows = await withStore(
    (db) => fetchAll(db, 'recovered', (s) => s.getAll() as IDBRequest<RecoveredCopy[]>),
    [],
  );
  return rows
    .filter((row) => row.copy.startsWith(`${person}/${documentId}`))
    .sort((a, b) => b.at - a.at);
}

/** Gives a copy up; to be called only when the person says so. */
export async function discardRecovered(id: string): Promise<void> {
  await withStore(
    (db) =>
      transact(db, ['recovered'], 'readwrite', (tx) => {
        tx.objectStore('recovered').delete(id);
      }),
    undefined,
  );
}

async function withStore<T>(work: (db: IDBDatabase) => Promise<T>, otherwise: T): Promise<T> {
  let db: IDBDatabase | undefined;
  try {
    db = await open();
    return await work(db);
  } catch {
    return otherwise;
  } finally {
    db?.close();
  }
}
