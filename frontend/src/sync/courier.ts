// Chapters as they are opened and left: one that is left with unsent words goes on sending them in
// the background, and so do chapters that an earlier visit left on this device. Of those that were
// restored from a backup meanwhile, the words that it does not have are given back.
import { type CopyRow, fetchAll, open as openStore } from './database';
import type { ChapterOptions } from './chapter';
import { Emitter } from './emitter';
import { type Former, forgetFormer, lostToRestore, readFormer } from './former';
import { ChapterSync } from './provider';
import { type RecoveredCopy, keepRecovered, listRecovered, recoveredRow } from './recovered';
import { readRows } from './rows';
import { whyRecovered } from './sentences';
import * as Y from 'yjs';
import { type SaveState, worst } from '../lib/saveState';

const LOOK_AFTER_MS = 3_000;
const ASK_AGAIN_MS = 2_000;

export interface CourierEvents {
  /** What is to be said of the chapters that are not shown; null: all is with the server. */
  waiting: SaveState | null;
  /** Words in a chapter that is not shown were not taken; opening it offers them. */
  recovered: RecoveredCopy;
}

/** Whether a document is one of the open guide's, and then how to ask why its door is closed. */
export type Known = (documentId: string) => ChapterOptions['probe'] | undefined;

/**
 * The document a chapter (`guide/chapter`) has now: null when there is none any more, undefined when
 * that cannot be said, as of a chapter of another guide.
 */
export type Current = (chapter: string) => Promise<string | null | undefined>;

export class Courier extends Emitter<CourierEvents> {
  #background = new Map<string, ChapterSync>(); // document id → a left chapter that still sends
  #unsure = new Set<string>(); // of these: in another guide, or gone; nothing is said of them
  #known: Known = () => undefined;
  #current: Current = () => Promise.resolve(undefined);
  #givingBack = new Set<string>(); // former documents
  #asking = new Set<ChapterSync>(); // opened only to learn what the server has
  #over = false;
  #shown = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly personId: string,
    private readonly make: (options: ChapterOptions) => ChapterSync = (o) => new ChapterSync(o),
  ) {
    super();
  }

  /** Sends, a little later, what earlier visits left on this device. */
  look(known: Known, current: Current = this.#current): void {
    this.#known = known;
    this.#current = current;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#lookForOthers();
    }, LOOK_AFTER_MS);
  }

  /** Opens a chapter to be shown; end it with `leave`. */
  open(
    documentId: string,
    title: string,
    probe?: ChapterOptions['probe'],
    chapter?: string,
  ): ChapterSync {
    this.#end(documentId); // the copy on this device hands its words over
    this.#shown.add(documentId);
    const { personId } = this;
    const sync = this.make({ documentId, personId, title, probe, chapter });
    void sync.start();
    return sync;
  }

  /** The chapter is no longer shown; what was not sent is sent before it ends. */
  leave(sync: ChapterSync): void {
    const { documentId } = sync.options;
    this.#shown.delete(documentId);
    sync.awareness.setLocalState(null);
    if (sync.isFormer) void this.#giveBack(sync);
    else if (sync.hasUnsent) this.#keepSending(documentId, sync);
    else if (sync.status.online) sync.destroy();
    else void this.#leaveUnheard(sync);
  }

  /** The server was away: what it had of this chapter it may have no longer. */
  async #leaveUnheard(sync: ChapterSync): Promise<void> {
    const { chapter, documentId } = sync.options;
    const now = chapter === undefined ? undefined : await this.#ask(chapter);
    if (now !== undefined && now !== documentId) void this.#giveBack(sync);
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
    this.#over = true;
    clearTimeout(this.#timer);
    for (const sync of this.#asking) sync.destroy();
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
    sync.on('restored', () => {
      if (this.#background.get(documentId) !== sync) return;
      this.#background.delete(documentId);
      this.emit('waiting', this.waiting);
      void this.#giveBack(sync);
    });
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
    for (const [row, unsent] of await this.#left()) {
      const { copy, title, chapter } = row;
      const documentId = copy.slice(this.personId.length + 1);
      if (this.#shown.has(documentId) || this.#background.has(documentId)) continue;
      const now = chapter === undefined ? undefined : await this.#ask(chapter);
      if (now !== undefined && now !== documentId) {
        void this.#giveBack(row);
        continue;
      }
      if (!unsent) continue;
      const probe = this.#known(documentId);
      if (!probe) this.#unsure.add(documentId);
      const { personId } = this;
      const sync = this.make({ documentId, personId, title, probe, chapter });
      this.#keepSending(documentId, sync);
      void sync.start();
    }
  }

  /** Keeps and offers what this person wrote in a former document and the restored one lacks. */
  async #giveBack(of: CopyRow | ChapterSync): Promise<void> {
    const { personId } = this;
    const documentId = 'copy' in of ? of.copy.slice(personId.length + 1) : of.options.documentId;
    const first = !this.#givingBack.has(documentId);
    this.#givingBack.add(documentId);
    try {
      const former = await readFormer(personId, of).finally(() => {
        if (!('copy' in of)) of.destroy();
      });
      if (first) await this.#offer(former, await this.#nowOf(former));
    } finally {
      if (first) this.#givingBack.delete(documentId);
    }
  }

  async #offer(former: Former, now: string | null): Promise<void> {
    const { documentId, title } = former;
    const { personId } = this;
    const restored = now === null ? new Map<number, number>() : await this.#stateOf(now, title);
    const text = lostToRestore(former, restored);
    if (text !== '') {
      const place = { personId, documentId: now ?? documentId, title };
      const row = recoveredRow(place, whyRecovered('restored'), text);
      row.id = `${row.copy}/from/${documentId}/${digest(text)}`; // two tabs find the same words
      const kept = await keepRecovered(row);
      this.emit('recovered', row);
      if (!kept) return;
    }
    await forgetFormer(personId, documentId);
  }

  /** The document that a former one's chapter has now. */
  async #nowOf({ chapter, documentId }: Former): Promise<string | null> {
    for (;;) {
      const now = await this.#ask(chapter);
      if (now !== undefined && now !== documentId) return now;
      await new Promise((again) => setTimeout(again, ASK_AGAIN_MS));
      if (this.#over) return new Promise(() => undefined);
    }
  }

  #ask(chapter: string): Promise<string | null | undefined> {
    return this.#current(chapter).catch(() => undefined);
  }

  /** What the server has of a document: client id → next clock. */
  async #stateOf(documentId: string, title: string): Promise<Map<number, number>> {
    const sync = this.make({ documentId, personId: this.personId, title });
    this.#asking.add(sync);
    sync.awareness.setLocalState(null);
    const saved = new Promise<void>((done) =>
      sync.on('save', (state) => {
        if (state === 'saved') done();
      }),
    );
    void sync.start();
    await saved;
    const state = Y.decodeStateVector(sync.live.vector);
    this.#asking.delete(sync);
    sync.destroy();
    return state;
  }

  /** The copies on this device, and whether each has something the server lacks. */
  async #left(): Promise<[CopyRow, boolean][]> {
    let db: IDBDatabase | undefined;
    try {
      db = await openStore();
      const copies = await fetchAll(db, 'copies', (s) => s.getAll() as IDBRequest<CopyRow[]>);
      const found: [CopyRow, boolean][] = [];
      for (const row of copies.filter((r) => r.copy.startsWith(`${this.personId}/`))) {
        const rows = await readRows(db, `${row.copy}/${row.epoch}`);
        found.push([row, rows.some((r) => !r.settled)]);
      }
      return found;
    } catch {
      return []; // without a store there is nothing to send
    } finally {
      db?.close();
    }
  }
}

/** A short name for a text; nobody tries to make two with the same. */
function digest(text: string): string {
  let value = text.length;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0;
  return value.toString(36);
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
