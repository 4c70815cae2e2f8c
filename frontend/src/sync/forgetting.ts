// A person leaves this device: the copies of their chapters go, but never words the server lacks.
import { type CopyRow, type UpdateRow, open, transact } from './database';

/** Removes a person's copies from this device; a chapter with unsent words is left as it is. */
export async function forgetPerson(personId: string, factory?: IDBFactory): Promise<void> {
  let db: IDBDatabase | undefined;
  try {
    db = await (factory ? open(factory) : open()); // asking for it throws in some private modes
    await transact(db, ['copies', 'updates'], 'readwrite', (tx) => {
      const theirs = IDBKeyRange.bound(`${personId}/`, `${personId}/\uffff`);
      const updates = tx.objectStore('updates');
      const rows = updates.index('lineage').getAll(theirs) as IDBRequest<UpdateRow[]>;
      rows.onsuccess = () => {
        const unsent = rows.result.filter((row) => !row.settled).map((row) => row.lineage);
        const keeps = (copy: string) => unsent.some((lineage) => lineage.startsWith(`${copy}/`));
        for (const row of rows.result) {
          if (!keeps(copyOf(row.lineage))) updates.delete(row.id as number);
        }
        const copies = tx.objectStore('copies');
        const known = copies.getAll(theirs) as IDBRequest<CopyRow[]>;
        known.onsuccess = () => {
          for (const { copy } of known.result) if (!keeps(copy)) copies.delete(copy);
        };
      };
    });
  } catch {
    // A device without a store has kept nothing.
  } finally {
    db?.close();
  }
}

/** `person/document/epoch` → `person/document` */
const copyOf = (lineage: string): string => lineage.slice(0, lineage.lastIndexOf('/'));
