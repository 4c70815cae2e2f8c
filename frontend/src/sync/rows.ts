// What is done with the stored rows of one lineage (person, document, epoch), each in one
// transaction, so that two tabs of one person never undo each other's work.
import * as Y from 'yjs';
import { type UpdateRow, fetchAll, transact } from './database';

const ofLineage = (store: IDBObjectStore, lineage: string): IDBRequest<UpdateRow[]> =>
  store.index('lineage').getAll(lineage) as IDBRequest<UpdateRow[]>;

export const readRows = (db: IDBDatabase, lineage: string): Promise<UpdateRow[]> =>
  fetchAll(db, 'updates', (store) => ofLineage(store, lineage));

/** Adds own updates one by one and the ones of others as one row; resolves to the own ones' ids. */
export async function addRows(
  db: IDBDatabase,
  lineage: string,
  own: Uint8Array[],
  remote: Uint8Array[],
): Promise<number[]> {
  const requests = await transact(
    db,
    ['updates'],
    'readwrite',
    (tx) => {
      const store = tx.objectStore('updates');
      const add = (bytes: Uint8Array, settled: boolean) =>
        store.add({ lineage, settled, bytes } satisfies UpdateRow);
      if (remote.length > 0) add(Y.mergeUpdates(remote), true);
      return own.map((bytes) => add(bytes, false));
    },
    own.length > 0 ? 'strict' : 'relaxed',
  );
  return requests.map((request) => request.result as number);
}

/** Marks rows as known to the server. Losing this mark only means that they are sent once more. */
export function settleRows(db: IDBDatabase, ids: number[]): Promise<void> {
  return transact(
    db,
    ['updates'],
    'readwrite',
    (tx) => {
      const store = tx.objectStore('updates');
      for (const id of ids) {
        const found = store.get(id) as IDBRequest<UpdateRow | undefined>;
        found.onsuccess = () => {
          if (found.result) store.put({ ...found.result, settled: true });
        };
      }
    },
    'relaxed',
  );
}

/** Merges everything into one row; rows the server does not have stay beside it as well. */
export function mergeRows(db: IDBDatabase, lineage: string): Promise<void> {
  return transact(db, ['updates'], 'readwrite', (tx) => {
    const store = tx.objectStore('updates');
    const all = ofLineage(store, lineage);
    all.onsuccess = () => {
      const settled = all.result.filter((row) => row.settled);
      if (settled.length < 2) return;
      const bytes = Y.mergeUpdates(all.result.map((row) => row.bytes));
      store.add({ lineage, settled: true, bytes } satisfies UpdateRow);
      for (const row of settled) store.delete(row.id as number);
    };
  });
}

/** Removes what the server has and the rows in `mine`; other tabs' unsent rows stay. */
export function forgetRows(db: IDBDatabase, lineage: string, mine: Set<number>): Promise<void> {
  return transact(db, ['updates'], 'readwrite', (tx) => {
    const store = tx.objectStore('updates');
    const all = ofLineage(store, lineage);
    all.onsuccess = () => {
      for (const row of all.result) {
        if (row.settled || mine.has(row.id as number)) store.delete(row.id as number);
      }
    };
  });
}
