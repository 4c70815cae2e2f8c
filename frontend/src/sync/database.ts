// The browser's own store for chapters: IndexedDB, opened once, with promises around its requests.

const NAME = 'chapterhouse';
const VERSION = 1;

/** One stored update of a chapter. `settled`: the server is known to have it. */
export interface UpdateRow {
  id?: number;
  /** Whose copy of which document in which epoch: `person/document/epoch`. */
  lineage: string;
  settled: boolean;
  bytes: Uint8Array;
}

/** What is known about the copy of a document on this device. */
export interface CopyRow {
  /** `person/document` */
  copy: string;
  /** The chapter's title, to name it when words of it come up elsewhere. */
  title: string;
  epoch: string;
  schema: number;
  /** Whether this person could write here when the server was last heard. */
  writable: boolean;
  /** Which chapter it is, as `guide/chapter`: after a restore it has another document. */
  chapter?: string;
  /** The client ids under which this person has written here on this device. */
  own?: number[];
}

/** Words the server would not take, kept until the person has dealt with them. */
export interface RecoveredRow {
  id: string;
  copy: string;
  title: string;
  reason: string;
  text: string;
  at: number;
}

/** Opens the store, or rejects where there is none (private mode, no space, blocked). */
export function open(factory: IDBFactory = indexedDB): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('updates', { keyPath: 'id', autoIncrement: true }).createIndex(
        'lineage',
        'lineage',
      );
      db.createObjectStore('copies', { keyPath: 'copy' });
      db.createObjectStore('recovered', { keyPath: 'id' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('This device keeps nothing.'));
    request.onblocked = () => reject(new Error('Another tab holds an older store open.'));
  });
}

/**
 * Runs `work` in one transaction and resolves when it is on disk (`strict`) or handed to the
 * system. Everything `work` asks for must be asked synchronously or from request callbacks.
 */
export function transact<T>(
  db: IDBDatabase,
  stores: ('updates' | 'copies' | 'recovered')[],
  mode: 'readonly' | 'readwrite',
  work: (tx: IDBTransaction) => T,
  durability: IDBTransactionDurability = 'strict',
): Promise<T> {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(stores, mode, { durability });
    tx.onabort = () => reject(tx.error ?? new Error('The device could not keep this.'));
    const result = work(tx);
    tx.oncomplete = () => resolve(result);
  });
}

/** Reads what a request finds once its transaction is done. */
export async function fetchAll<T>(
  db: IDBDatabase,
  store: 'updates' | 'copies' | 'recovered',
  query: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const request = await transact(db, [store], 'readonly', (tx) => query(tx.objectStore(store)));
  return request.result;
}
