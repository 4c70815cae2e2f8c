// What is said on one connection, from HELLO to its end: states are compared, changes are counted,
// and a change counts as stored only when the server has acknowledged its frame.
import { encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import * as protocol from './protocol';
import { split } from './splitting';

export interface ConversationHost {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Whether this person may write here; what they wrote is offered also while the chapter is closed. */
  readonly mayWrite: boolean;
  /** The number of the newest local change. */
  readonly newest: number;
  send(frame: Uint8Array): void;
  /** The first frame; false: say nothing more on this connection. */
  hello(hello: { epoch: string; seq: number; role: string; schema: number }): boolean;
  /** Something of others to apply. */
  remote(update: Uint8Array): void;
  presence(update: Uint8Array): void;
  /** The server has every local change up to `serial`; `all`: its state covers the whole document. */
  acknowledged(serial: number, all: boolean): void;
  /** The server's state and ours are the same as far as both can know. */
  confirmed(): void;
  /** This is what the server has. */
  vector(clocks: Map<number, number>): void;
  /** The chapter's present text has arrived. */
  synced(): void;
  refused(code: string): void;
  /** Start again with a new connection. */
  restart(reason: string): void;
}

const RESYNC_MS = 2_000;
/** What the server will take later: it is tried again by itself. */
export const LATER = ['slow_down', 'storage_full', 'frozen'];

export class Conversation {
  #greeted = false;
  #synced = false;
  /** Frames sent that the ACKs count, from 1. */
  #count = 0;
  #unacked = new Map<number, number>(); // frame → newest local change it carries
  /** The difference after a (re)connect: until all its frames are through, no ACK means anything. */
  #difference: { from: number; last: number; serial: number } | null = null;
  #flowing = false;
  #serverVector: Uint8Array | null = null;
  #seq = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(private readonly host: ConversationHost) {}

  receive(frame: Uint8Array): void {
    let message: protocol.ServerMessage;
    try {
      message = protocol.read(frame);
    } catch {
      this.host.restart('unreadable frame');
      return;
    }
    if (!this.#greeted) {
      if (message.type !== 'hello') this.host.restart('no hello');
      else this.#hello(message);
      return;
    }
    switch (message.type) {
      case 'step1':
        this.#serverVector = message.stateVector;
        this.host.vector(Y.decodeStateVector(message.stateVector));
        this.#sendDifference();
        break;
      case 'step2':
        this.host.remote(message.update);
        if (!this.#synced) this.host.synced();
        this.#synced = true;
        if (!this.host.mayWrite) this.host.confirmed();
        break;
      case 'update':
        this.host.remote(message.update);
        break;
      case 'awareness':
        this.host.presence(message.update);
        break;
      case 'ask-awareness':
        this.#sendPresence();
        break;
      case 'ack':
        this.#seq = message.seq;
        this.#acknowledged(message.upTo);
        break;
      case 'nack':
        this.#refused(message.frame, message.code, message.retryMs);
        break;
      case 'beat':
        this.#seq = message.seq;
        this.#compare(message.stateVector);
        break;
      default: // a kind that a newer server has; denied is followed by a close
    }
  }

  /** Sends a local change, if the difference that comes first was already sent. */
  local(bytes: Uint8Array, serial: number): void {
    if (!this.#flowing || this.#over) return;
    this.#sendCounted(split(bytes, protocol.MAX_UPDATE_BYTES), serial, protocol.update);
  }

  presence(clients: number[]): void {
    if (this.#greeted && !this.#over) this.#sendPresence(clients);
  }

  /** Says that we are here and what we believe; to be called every 15 s. */
  beat(): void {
    if (!this.#greeted || this.#over) return;
    this.host.send(protocol.beat(this.#seq, Y.encodeStateVector(this.host.doc)));
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#retry);
  }

  #hello(hello: { epoch: string; seq: number; role: string; schema: number }): void {
    this.#greeted = true;
    this.#seq = hello.seq;
    if (!this.host.hello(hello)) {
      this.end();
      return;
    }
    this.host.send(protocol.step1(Y.encodeStateVector(this.host.doc)));
    // Peers ignore a presence whose clock they have seen: say it anew.
    const state = this.host.awareness.getLocalState();
    if (state !== null) this.host.awareness.setLocalState(state);
  }

  /** Everything the server lacks, always with the whole delete set; a no-op costs it nothing. */
  #sendDifference(): void {
    if (!this.host.mayWrite || this.#over || !this.#serverVector) return;
    clearTimeout(this.#retry);
    const all = Y.encodeStateAsUpdate(this.host.doc, this.#serverVector);
    const from = this.#count + 1;
    const parts = split(all, protocol.MAX_UPDATE_BYTES);
    const serial = this.host.newest;
    this.#unacked.clear();
    this.#sendCounted(parts, serial, parts.length === 1 ? protocol.step2 : protocol.update);
    this.#difference = { from, last: this.#count, serial };
    this.#flowing = true;
  }

  #sendCounted(parts: Uint8Array[], serial: number, frame: (b: Uint8Array) => Uint8Array): void {
    parts.forEach((part, i) => {
      this.#count += 1;
      if (i === parts.length - 1) this.#unacked.set(this.#count, serial);
      this.host.send(frame(part));
    });
  }

  #acknowledged(upTo: number): void {
    if (!this.#flowing) return; // a refusal is being dealt with: an ACK of before says nothing
    const difference = this.#difference;
    if (difference && upTo < difference.last) return;
    this.#difference = null;
    let serial = -1;
    for (const [frame, own] of this.#unacked) {
      if (frame > upTo) continue;
      serial = Math.max(serial, own);
      this.#unacked.delete(frame);
    }
    if (serial >= 0) this.host.acknowledged(serial, this.#unacked.size === 0);
    if (this.#unacked.size === 0) this.host.confirmed();
  }

  #refused(frame: number, code: string, retryMs: number): void {
    if (this.#over || !this.#flowing) return; // the first refusal decides; the rest are its gaps
    const { from = 0 } = this.#difference ?? {};
    if (frame < from) return; // of before the difference that repairs it
    this.#flowing = false; // whatever follows a refused change would be a gap
    clearTimeout(this.#retry);
    if (LATER.includes(code)) {
      this.#retry = setTimeout(() => this.#sendDifference(), Math.max(250, retryMs));
    } else if (code === 'resync') {
      // The server says anew what it has; should it not, a new connection will.
      this.#retry = setTimeout(() => this.host.restart('resync'), RESYNC_MS);
    }
    this.host.refused(code);
  }

  /** A BEAT: does the server have what we have, and have we what it has? */
  #compare(stateVector: Uint8Array): void {
    const theirs = Y.decodeStateVector(stateVector);
    const ours = Y.decodeStateVector(Y.encodeStateVector(this.host.doc));
    if ([...theirs].some(([client, clock]) => clock > (ours.get(client) ?? 0))) {
      this.host.send(protocol.step1(Y.encodeStateVector(this.host.doc)));
    }
    if (!this.host.mayWrite) {
      this.host.confirmed();
      return;
    }
    if (!this.#flowing || this.#difference || this.#unacked.size > 0) return;
    this.#serverVector = stateVector;
    this.host.vector(theirs);
    const missing = [...ours].some(([client, clock]) => clock > (theirs.get(client) ?? 0));
    if (missing) this.#sendDifference();
    else this.host.confirmed();
  }

  #sendPresence(clients = [this.host.doc.clientID]): void {
    if (this.host.awareness.getLocalState() === null && clients.length === 0) return;
    this.host.send(protocol.awareness(encodeAwarenessUpdate(this.host.awareness, clients)));
  }
}
