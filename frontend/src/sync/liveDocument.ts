// The Yjs document of an open chapter with who is where in it, and what the server has of it.
// It can start afresh under a new client id, and it can show a copy that nothing ever leaves.
import { Awareness, applyAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Emitter } from './emitter';
import { lostText, unsentText } from './unsent';

const LONGEST_HOLD_MS = 2_000;
/** So long it takes at most until others see what the server has, and their answer is back. */
const SEEN_AFTER_MS = 300;
/** Transaction origins: what came from the server, and what from this device's copy. */
export const FROM_SERVER = Symbol('from the server');
export const FROM_DEVICE = Symbol('from this device');

export interface LiveEvents {
  /** A change made in this tab. */
  local: Uint8Array;
  /** A change of others, already applied. */
  foreign: Uint8Array;
  /** Own presence to tell. */
  presence: number[];
  /** Own words that somebody else took away before anybody could see them. */
  lost: string;
  /** Changes of others are about to be applied, or just were. */
  applying: undefined;
  applied: undefined;
}

export class LiveDocument extends Emitter<LiveEvents> {
  doc = new Y.Doc();
  awareness = new Awareness(this.doc);
  #mirror: Y.Doc | null = null;
  #known = new Map<number, number>(); // what the server has: client → next clock
  #confirmed: [at: number, clock: number][] = []; // how much of this tab's words the server had when
  #held: Uint8Array[] | null = null;
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.#watch(this.doc, this.awareness);
  }

  /** The document to show and edit. */
  get shown(): Y.Doc {
    return this.#mirror ?? this.doc;
  }

  get isEmpty(): boolean {
    return this.doc.store.clients.size === 0;
  }

  get vector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  /** Applies what this device had kept. */
  load(updates: Uint8Array[]): void {
    this.#apply(updates, FROM_DEVICE);
  }

  /** Applies what the server sent; while held, it waits. */
  receive(update: Uint8Array): void {
    if (this.#held) this.#held.push(update);
    else this.#receiveAll([update]);
  }

  receivePresence(update: Uint8Array): void {
    applyAwarenessUpdate(this.awareness, update, FROM_SERVER);
  }

  /** Nobody is seen any more while there is no connection. */
  forgetOthers(): void {
    const others = [...this.awareness.getStates().keys()].filter((c) => c !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, FROM_SERVER);
  }

  /** While somebody composes a character, changes of others wait (two seconds at most). */
  hold(yes: boolean): void {
    clearTimeout(this.#holdTimer);
    if (yes) {
      this.#held ??= [];
      this.#holdTimer = setTimeout(() => this.hold(false), LONGEST_HOLD_MS);
      return;
    }
    const held = this.#held ?? [];
    this.#held = null;
    if (held.length > 0) this.#receiveAll(held);
  }

  /** The server is known to have this much. */
  learn(clocks: Map<number, number>): void {
    for (const [client, clock] of clocks) {
      if (clock <= (this.#known.get(client) ?? 0)) continue;
      this.#known.set(client, clock);
      if (client === this.doc.clientID) this.#confirm(clock);
    }
  }

  /** Notes that the server has this tab's words up to `clock`; of what is long past the newest is enough. */
  #confirm(clock: number): void {
    const long = Date.now() - SEEN_AFTER_MS;
    while ((this.#confirmed[1]?.[0] ?? Infinity) <= long) this.#confirmed.shift();
    this.#confirmed.push([Date.now(), clock]);
  }

  /** The paragraphs with words the server does not have. */
  unsentText(): string {
    return unsentText(this.doc, this.#known);
  }

  /** An empty document under a new client id; the function returned lets go of the old one. */
  startAfresh(): () => void {
    const old = { doc: this.doc, awareness: this.awareness };
    this.doc = new Y.Doc();
    this.awareness = new Awareness(this.doc);
    this.#mirror = null;
    this.#held = null;
    this.#known.clear();
    this.#confirmed = [];
    this.#watch(this.doc, this.awareness);
    return () => {
      old.awareness.destroy();
      old.doc.destroy();
    };
  }

  /**
   * From now on a copy is shown that nothing ever leaves: an editor with an older schema deletes
   * what it does not know. False when that was so already.
   */
  showMirror(): boolean {
    if (this.#mirror) return false;
    const mirror = (this.#mirror = new Y.Doc());
    Y.applyUpdate(mirror, Y.encodeStateAsUpdate(this.doc), FROM_SERVER);
    this.doc.on('update', (bytes: Uint8Array) => Y.applyUpdate(mirror, bytes, FROM_SERVER));
    return true;
  }

  destroy(): void {
    clearTimeout(this.#holdTimer);
    this.silence();
    this.awareness.destroy();
    this.doc.destroy();
    this.#mirror?.destroy();
  }

  #receiveAll(updates: Uint8Array[]): void {
    this.emit('applying', undefined);
    let lost = '';
    const look = (transaction: Y.Transaction): void => {
      // While the server has not said what it has, nothing is known about what anybody has seen.
      if (transaction.origin !== FROM_SERVER || this.#known.size === 0) return;
      lost = lostText(transaction, (client) => this.#seen(client));
    };
    this.doc.on('afterTransaction', look);
    this.#apply(updates, FROM_SERVER);
    this.doc.off('afterTransaction', look);
    // Only now: what is on its way together with a deletion nobody has seen before it.
    for (const update of updates) this.learn(Y.parseUpdateMeta(update).to);
    this.emit('applied', undefined);
    if (lost !== '') this.emit('lost', lost);
  }

  /** Up to which clock others can have seen a client's words by now. */
  #seen(client: number): number {
    const known = this.#known.get(client) ?? 0;
    if (client !== this.doc.clientID) return known;
    const long = Date.now() - SEEN_AFTER_MS;
    return this.#confirmed.findLast(([at]) => at <= long)?.[1] ?? 0;
  }

  #apply(updates: Uint8Array[], origin: symbol): void {
    this.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.doc, update, origin);
    }, origin);
  }

  #watch(doc: Y.Doc, awareness: Awareness): void {
    doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      if (doc !== this.doc || origin === FROM_DEVICE) return;
      this.emit(origin === FROM_SERVER ? 'foreign' : 'local', bytes);
    });
    type Change = Record<'added' | 'updated' | 'removed', number[]>;
    awareness.on('update', ({ added, updated, removed }: Change, origin: unknown) => {
      if (origin === FROM_SERVER || awareness !== this.awareness) return;
      const own = [...added, ...updated, ...removed].filter((c) => c === doc.clientID);
      if (own.length > 0) this.emit('presence', own);
    });
  }
}
