// Chapters as they are opened and left: one that is left with unsent words goes on sending them in
// the background, and so do chapters that an earlier visit left on this device.
import { type CopyRow, fetchAll, open as openStore } from './database';
import type { ChapterOptions } from './chapter';
import { Emitter } from './emitter';
import { ChapterSync } from './provider';
import { type RecoveredCopy, listRecovered } from './recovered';
import { readRows } from './rows';
import { type SaveState, worst } from '../lib/saveState';

const LOOK_AFTER_MS = 3_000;

export interface CourierEvents {
  /** What is to be said of the chapters that are not shown; null: all is with the server. */
  waiting: SaveState | null;
  /** Words in a chapter that is not shown were not taken; opening it offers them. */
  recovered: RecoveredCopy;
}

/** Whether a document is one of the open guide's, and then how to ask why its door is closed. */
export type Known = (documentId: string) => ChapterOptions['probe'] | undefined;

export class Courier extends Emitter<CourierEvents> {
  #background = new Map<string, ChapterSync>(); // document id → a left chapter that still sends
  #unsure = new Set<string>(); // of these: in another guide, or gone; nothing is said of them
  #known: Known = () => undefined;
  #shown = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly personId: string,
    private readonly make: (options: ChapterOptions) => ChapterSync = (o) => new ChapterSync(o),
  ) {
    super();
  }

  /** Sends, a little later, what earlier visits left on this device. */
  look(known: Known): void {
    this.#known = known;
    this.#timer ??= setTimeout(() => void this.#lookForOthers(), LOOK_AFTER_MS);
  }

  /** Opens a chapter to be shown; end it with `leave`. */
  open(documentId: string, title: string, probe?: ChapterOptions['probe']): ChapterSync {
    this.#end(documentId); // the copy on this device hands its words over
    this.#shown.add(documentId);
    const { personId } = this;
    const sync = this.make({ documentId, personId, title, ...(probe ? { probe } : {}) });
    void sync.start();
    return sync;
  }

  /** The chapter is no longer shown; what was not sent is sent before it ends. */
  leave(sync: ChapterSync): void {
    const { documentId } = sync.options;
    this.#shown.delete(documentId);
    sync.awareness.setLocalState(null);
    if (sync.hasUnsent) this.#keepSending(documentId, sync);
    else sync.destroy();
  }

  /** How many chapters that are not shown still have words to send. */
  get sending(): number {
    return this.#background.size;
  }

  /** See `CourierEvents.waiting`. */
  get waiting(): SaveState | null {
    const told = [...this.#background].filter(([id]) => !this.#unsure.has(id));
    return worst(told.map(([, sync]) => sync.save));
  }

  /** Ends everything, as when the person leaves the guide on this device. */
  destroy(): void {
    clearTimeout(this.#timer);
    for (const id of [...this.#background.keys()]) this.#end(id);
  }

  #keepSending(documentId: string, sync: ChapterSync): void {
    this.#background.set(documentId, sync);
    sync.on('save', (state) => {
      if (this.#background.get(documentId) !== sync) return;
      if (state === 'saved') this.#end(documentId);
      else this.emit('waiting', this.waiting);
    });
    sync.on('recovered', (copy) => void this.#setAside(sync, copy));
    this.emit('waiting', this.waiting);
  }

  async #setAside(sync: ChapterSync, copy: RecoveredCopy): Promise<void> {
    this.emit('recovered', copy);
    const { documentId } = sync.options;
    const kept = await listRecovered(this.personId, documentId);
    // Where the device keeps nothing, only this chapter still holds the words.
    const safe = kept.some(({ id }) => id === copy.id);
    if (safe && sync.save === 'not-saved' && this.#background.get(documentId) === sync) {
      this.#end(documentId);
    }
  }

  #end(documentId: string): void {
    const sync = this.#background.get(documentId);
    if (!sync) return;
    this.#background.delete(documentId);
    this.#unsure.delete(documentId);
    sync.destroy();
    this.emit('waiting', this.waiting);
  }

  async #lookForOthers(): Promise<void> {
    for (const { copy, title } of await this.#unsent()) {
      const documentId = copy.slice(this.personId.length + 1);
      if (this.#shown.has(documentId) || this.#background.has(documentId)) continue;
      const probe = this.#known(documentId);
      if (!probe) this.#unsure.add(documentId);
      const { personId } = this;
      const sync = this.make({ documentId, personId, title, ...(probe ? { probe } : {}) });
      this.#keepSending(documentId, sync);
      void sync.start();
    }
  }

  async #unsent(): Promise<CopyRow[]> {
    let db: IDBDatabase | undefined;
    try {
      db = await openStore();
      const copies = await fetchAll(db, 'copies', (s) => s.getAll() as IDBRequest<CopyRow[]>);
      const found: CopyRow[] = [];
      for (const row of copies.filter((r) => r.copy.startsWith(`${this.personId}/`))) {
        const rows = await readRows(db, `${row.copy}/${row.epoch}`);
        if (rows.some((r) => !r.settled)) found.push(row);
      }
      return found;
    } catch {
      return []; // without a store there is nothing to send
    } finally {
      db?.close();
    }
  }
}

let current: Courier | null = null;

/** The one courier of this page; another person's is ended first. */
export function courierFor(personId: string): Courier {
  if (current?.personId !== personId) {
    current?.destroy();
    current = new Courier(personId);
  }
  return current;
}
