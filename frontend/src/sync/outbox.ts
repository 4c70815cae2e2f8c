// The copy of a chapter on this device: every keystroke is stored here at once (`durability:
// strict`), a chapter opens from here without a network, and nothing leaves before the server has it.
// Rows of several tabs live side by side; each tab adds its own and merges only inside a transaction.
import { type CopyRow, fetchAll, open, transact } from './database';
import { addRows, forgetRows, mergeRows, readRows, settleRows } from './rows';

/** So many settled rows are merged into one. */
const MERGE_AFTER_ROWS = 120;
const REMOTE_DELAY_MS = 1000;
const RETRY_MS = 5000;

export interface LocalCopy {
  epoch: string;
  schema: number;
  writable: boolean;
  updates: Uint8Array[];
  /** How many of them the server is not known to have. */
  unsettled: number;
}

export interface OutboxListener {
  /** Everything up to this local change is on the device's disk. */
  kept(serial: number): void;
  /** The device could not keep it; it is tried again. */
  failed(error: unknown): void;
}

interface Waiting {
  bytes: Uint8Array;
  serial: number | null; // null: came from the server
}

/** Asking for it throws in some private modes. */
function storeOfBrowser(): IDBFactory | null {
  try {
    return globalThis.indexedDB;
  } catch {
    return null;
  }
}

export class Outbox {
  #db: IDBDatabase | null = null;
  #epoch: string | null = null;
  #waiting: Waiting[] = [];
  #writing = 0;
  #rows = new Map<number, number>(); // row id → serial, of own rows the server does not have yet
  #loaded: number[] = []; // unsettled rows found when this tab opened
  #settledUpTo = 0;
  #settledRows = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    /** `person/document`: two people on one device never share a copy. */
    readonly copy: string,
    private readonly listener: OutboxListener,
    private readonly factory: IDBFactory | null = storeOfBrowser(),
  ) {}

  /** Whether this device keeps anything at all. */
  get available(): boolean {
    return this.#db !== null;
  }

  get #lineage(): string {
    return `${this.copy}/${this.#epoch ?? ''}`;
  }

  /** Opens the store and reads the copy; null when there is none. Never throws. */
  async load(): Promise<LocalCopy | null> {
    try {
      if (!this.factory) throw new Error('This browser has no store.');
      const db = await open(this.factory);
      db.onversionchange = () => db.close();
      db.onclose = () => this.#lost(new Error('The store of this browser was closed.'));
      this.#db = db;
      const row = await fetchAll(db, 'copies', (s) => s.get(this.copy) as IDBRequest<CopyRow>);
      if (!row) return null;
      this.#epoch = row.epoch;
      const rows = await readRows(db, this.#lineage);
      this.#loaded = rows.filter((r) => !r.settled).map((r) => r.id as number);
      this.#settledRows = rows.length - this.#loaded.length;
      const updates = rows.map((r) => r.bytes);
      const { epoch, schema, writable } = row;
      return { epoch, schema, writable, updates, unsettled: this.#loaded.length };
    } catch (error) {
      this.#lost(error);
      return null;
    }
  }

  /** Says which epoch the copy is of from now on; rows of another epoch are left alone. */
  async belong(
    epoch: string,
    schema: number,
    writable: boolean,
    about: { title?: string; chapter?: string | undefined; client?: number } = {},
  ): Promise<void> {
    this.#epoch = epoch;
    const { title = '', client } = about;
    await this.#try((db) =>
      transact(db, ['copies'], 'readwrite', (tx) => {
        const store = tx.objectStore('copies');
        const known = store.get(this.copy) as IDBRequest<CopyRow | undefined>;
        known.onsuccess = () => {
          const own = new Set(known.result?.own);
          if (client !== undefined) own.add(client);
          const chapter = about.chapter ?? known.result?.chapter;
          const row: CopyRow = { copy: this.copy, title, epoch, schema, writable, own: [...own] };
          store.put(chapter === undefined ? row : { ...row, chapter });
        };
      }),
    );
    this.flush();
  }

  /** Keeps a local change; `kept(serial)` is called when it is on disk. */
  keep(bytes: Uint8Array, serial: number): void {
    this.#waiting.push({ bytes, serial });
    if (this.#writing === 0) this.flush();
  }

  /** Keeps a change of somebody else, so that the chapter opens with it when offline. */
  keepRemote(bytes: Uint8Array): void {
    this.#waiting.push({ bytes, serial: null });
    this.#later(REMOTE_DELAY_MS);
  }

  /** The server has every own change up to `serial`, and (`loaded`) all that was found at opening. */
  settled(serial: number, loaded = false): void {
    this.#settledUpTo = Math.max(this.#settledUpTo, serial);
    const ids = [...this.#rows].filter(([, own]) => own <= this.#settledUpTo).map(([id]) => id);
    for (const id of ids) this.#rows.delete(id);
    if (loaded) ids.push(...this.#loaded.splice(0));
    if (ids.length === 0) return;
    this.#settledRows += ids.length;
    void this.#try((db) => settleRows(db, ids)).then(() => this.#mergeWhenMany());
  }

  /** Writes whatever waits, now: also called when the page is hidden or closed. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0 || this.#epoch === null) return;
    const batch = this.#waiting.splice(0);
    if (this.#db) void this.#write(this.#db, batch);
    // Without a store the words live in the open page alone, and the person is told so.
    else if (batch.some((w) => w.serial !== null)) this.listener.failed(new Error('no store'));
  }

  /** Forgets this epoch's copy, once refused words are safe elsewhere. */
  async forget(): Promise<void> {
    this.#waiting = [];
    const mine = new Set([...this.#rows.keys(), ...this.#loaded.splice(0)]);
    this.#rows.clear();
    this.#settledRows = 0;
    await this.#try((db) => forgetRows(db, this.#lineage, mine));
  }

  /** Writes what waits and lets go of the store. */
  close(): void {
    this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#db?.close(); // takes effect after the transactions that run
    this.#db = null;
  }

  async #write(db: IDBDatabase, batch: Waiting[]): Promise<void> {
    const own = batch.filter((w) => w.serial !== null);
    const remote = batch.filter((w) => w.serial === null);
    this.#writing += 1;
    try {
      const ids = await addRows(
        db,
        this.#lineage,
        own.map((w) => w.bytes),
        remote.map((w) => w.bytes),
      );
      ids.forEach((id, i) => this.#rows.set(id, own[i]?.serial ?? 0));
      if (remote.length > 0) this.#settledRows += 1;
    } catch (error) {
      this.#waiting.unshift(...batch);
      if (own.length > 0) this.listener.failed(error);
      this.#later(RETRY_MS);
      return;
    } finally {
      this.#writing -= 1;
    }
    const last = own[own.length - 1]?.serial;
    if (last) this.listener.kept(last);
    this.settled(this.#settledUpTo); // the server may have been faster than the device
    if (this.#waiting.some((w) => w.serial !== null)) this.flush();
    this.#mergeWhenMany();
  }

  #mergeWhenMany(): void {
    if (this.#settledRows <= MERGE_AFTER_ROWS) return;
    this.#settledRows = 1;
    void this.#try((db) => mergeRows(db, this.#lineage));
  }

  async #try(work: (db: IDBDatabase) => Promise<unknown>): Promise<void> {
    if (!this.#db) return;
    try {
      await work(this.#db);
    } catch (error) {
      if (!this.#closed) this.listener.failed(error);
    }
  }

  #lost(error: unknown): void {
    this.#db = null;
    if (!this.#closed) this.listener.failed(error);
  }

  #later(ms: number): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => this.flush(), ms);
  }
}
