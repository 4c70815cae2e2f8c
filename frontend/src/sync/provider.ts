// One open chapter: its document, the socket, the copy on this device, and what the person is told.
// The editor binds `document`; when that changes (a fresh start), it binds the new one.
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import {
  type ChapterEvents,
  type ChapterOptions,
  type ChapterStatus,
  guardPage,
  socketUrl,
} from './chapter';
import { Connection } from './connection';
import { Conversation, type ConversationHost, LATER } from './conversation';
import { Emitter } from './emitter';
import { LiveDocument } from './liveDocument';
import { Outbox } from './outbox';
import { SCHEMA_VERSION } from './protocol';
import { keepRecovered, recoveredRow } from './recovered';
import { type SaveState, SaveTracker } from './saveState';
import { closeReason, whyReadOnly, whyRecovered } from './sentences';

const BEAT_MS = 15_000;
/** So many "resync" in a row without an acknowledgement: the change itself must be at fault. */
const MOST_RESYNCS = 3;
const WRITERS = ['facilitator', 'writer'];

export class ChapterSync extends Emitter<ChapterEvents> implements ConversationHost {
  readonly live = new LiveDocument();
  readonly #tracker = new SaveTracker((state) => this.emit('save', state));
  readonly #outbox: Outbox;
  readonly #connection: Connection;
  #conversation: Conversation | null = null;
  #status: ChapterStatus = {
    ready: false,
    online: false,
    writable: false,
    readOnly: null,
    frozen: false,
  };
  #mayWrite = false;
  #epoch: string | null = null;
  #newest = 0;
  #unsettledOnDevice = false;
  #resyncs = 0;
  #recovering = false;
  #beat: ReturnType<typeof setInterval> | undefined;
  #unguard: () => void = () => undefined;
  #former = false;
  #ended = false; // the server said that calling again is useless
  #over = false;

  constructor(readonly options: ChapterOptions) {
    super();
    this.#outbox = new Outbox(`${options.personId}/${options.documentId}`, {
      kept: (serial) => this.#tracker.kept(serial),
      failed: () => this.#tracker.deviceFailed(),
    });
    const { socket } = options;
    this.#connection = new Connection({
      url: () => socketUrl(options, this.#epoch),
      ...(socket ? { socket } : {}),
    });
    this.#connection.on('open', () => (this.#conversation = new Conversation(this)));
    this.#connection.on('frame', (frame) => this.#conversation?.receive(frame));
    this.#connection.on('down', ({ code, final }) => this.#down(final ? closeReason(code) : null));
    this.live.on('foreign', (bytes) => this.#outbox.keepRemote(bytes));
    this.live.on('lost', (text) => void this.#giveBack(text));
    this.live.on('presence', (clients) => this.#conversation?.presence(clients));
    this.live.on('local', (bytes) => {
      if (!this.#mayWrite) return; // the editor's own repairs of a chapter one may only read
      this.#newest = this.#tracker.changed();
      this.#outbox.keep(bytes, this.#newest);
      this.#conversation?.local(bytes, this.#newest);
    });
  }

  /** Loads the copy of this device, then calls the server. */
  async start(): Promise<void> {
    this.#unguard = guardPage(
      () => this.#outbox.flush(),
      () => this.#tracker.hasUnsent,
    );
    const copy = await this.#outbox.load();
    if (this.#over) return;
    if (copy) {
      const known = copy.schema <= SCHEMA_VERSION;
      this.#epoch = copy.epoch;
      this.live.load(copy.updates);
      if (!known) this.live.showMirror();
      this.#unsettledOnDevice = copy.unsettled > 0;
      if (this.#unsettledOnDevice) {
        this.#newest = this.#tracker.changed();
        this.#tracker.kept(this.#newest);
      }
      const writable = (this.#mayWrite = known && copy.writable);
      const readOnly = writable ? null : whyReadOnly(known ? 'read_only' : 'old_schema');
      if (!this.live.isEmpty) this.#say({ ready: true, writable, readOnly });
    }
    this.#beat = setInterval(() => this.#conversation?.beat(), BEAT_MS);
    this.#connection.start();
  }

  /** The document to show and edit. */
  get document(): Y.Doc {
    return this.live.shown;
  }

  get doc(): Y.Doc {
    return this.live.doc;
  }

  get awareness(): Awareness {
    return this.live.awareness;
  }

  get status(): ChapterStatus {
    return this.#status;
  }

  get writable(): boolean {
    return this.#status.writable;
  }

  get mayWrite(): boolean {
    return this.#mayWrite;
  }

  get newest(): number {
    return this.#newest;
  }

  get save(): SaveState {
    return this.#tracker.state;
  }

  /** Whether the server lacks something of ours. */
  get hasUnsent(): boolean {
    return this.#tracker.waiting > 0;
  }

  /** Whether the chapter is another document now. */
  get isFormer(): boolean {
    return this.#former;
  }

  /** The person has the recovered words in hand. */
  recoveredHandled(): void {
    this.#tracker.refused(false);
  }

  /** Calls the server anew and at once: it may let us do something else now. */
  reconnect(): void {
    if (!this.#ended) this.#connection.restart('asked', true);
  }

  /** Ends this chapter. What was not sent stays on this device and goes out next time. */
  destroy(): void {
    this.#over = true;
    clearInterval(this.#beat);
    this.#unguard();
    this.#conversation?.end();
    this.#connection.stop();
    this.#outbox.close();
    this.#tracker.stop();
    this.silence();
    this.live.destroy();
  }

  // What the conversation asks of its host.

  send(frame: Uint8Array): void {
    this.#connection.send(frame);
  }

  hello(hello: { epoch: string; role: string; schema: number }): boolean {
    this.#say({ online: true });
    if (this.#epoch !== null && this.#epoch !== hello.epoch) {
      void this.#recover('epoch', hello.epoch);
      return false;
    }
    this.#epoch = hello.epoch;
    const known = hello.schema <= SCHEMA_VERSION;
    const mayWrite = WRITERS.includes(hello.role);
    const { title, chapter } = this.options;
    const about = { title, chapter, client: this.doc.clientID };
    void this.#outbox.belong(hello.epoch, hello.schema, mayWrite, about);
    if (!known) this.#showMirror();
    this.#mayWrite = known && mayWrite;
    if (this.#mayWrite) this.#freeze(this.#status.frozen);
    else this.#bar(known ? 'read_only' : 'old_schema');
    if (mayWrite || this.#tracker.waiting === 0) return true;
    void this.#recover('read_only', hello.epoch);
    return false;
  }

  remote(update: Uint8Array): void {
    try {
      this.live.receive(update);
    } catch (error) {
      console.error('A change could not be shown', error);
      this.restart('apply failed');
    }
  }

  presence(update: Uint8Array): void {
    this.live.receivePresence(update);
  }

  vector(clocks: Map<number, number>): void {
    this.live.learn(clocks);
  }

  acknowledged(serial: number, all: boolean): void {
    this.#resyncs = 0;
    if (this.#status.frozen) this.#freeze(false);
    if (all) this.live.learn(Y.decodeStateVector(this.live.vector));
    this.#outbox.settled(serial, this.#unsettledOnDevice);
    this.#unsettledOnDevice = false;
    this.#tracker.acknowledged(serial);
  }

  confirmed(): void {
    this.#connection.settled();
    this.#tracker.confirmed();
  }

  synced(): void {
    this.#say({ ready: true });
  }

  refused(code: string): void {
    if (code === 'frozen') this.#freeze(true);
    if (LATER.includes(code)) return;
    if (code === 'resync' && (this.#resyncs += 1) <= MOST_RESYNCS) return;
    if (code === 'old_schema') {
      this.#showMirror();
      this.#bar(code);
    } else {
      void this.#recover(code, this.#epoch);
    }
  }

  restart(reason: string): void {
    this.#connection.restart(reason);
  }

  // What happens inside.

  /** For a reason that lasts nothing can be written. */
  #bar(code: string): void {
    this.#mayWrite = false;
    this.#say({ writable: false, readOnly: whyReadOnly(code), frozen: false });
  }

  /**
   * The chapter is closed for changes, or is not. What waits stays in the text and on this device: the
   * others change nothing either, so it fits as it is when the chapter is opened.
   */
  #freeze(yes: boolean): void {
    if (yes) this.#tracker.disconnected(); // it will not be Saved in a moment
    this.#say({ writable: !yes, readOnly: yes ? whyReadOnly('frozen') : null, frozen: yes });
  }

  /** The server turned us away before the socket was open, or cannot be reached: find out which. */
  async #probe(): Promise<void> {
    const reason = (await this.options.probe?.().catch(() => null)) ?? null;
    if (reason === null || this.#over || this.#connection.isOpen) return;
    this.#connection.stop();
    this.#down(reason);
  }

  #down(reason: string | null): void {
    this.#conversation?.end();
    this.#conversation = null;
    this.#tracker.disconnected();
    this.live.forgetOthers();
    this.#say({ online: false });
    if (this.#over) return;
    if (reason === null) {
      if (this.#connection.failures > 1) void this.#probe();
      return;
    }
    this.#ended = true;
    this.#bar(reason);
    if (reason === 'restored') {
      // Not only what was not sent: the backup may lack what the server once had (`former.ts`).
      this.#outbox.flush();
      this.#former = true;
      this.emit('restored', undefined);
      return;
    }
    if (this.#tracker.waiting > 0) void this.#recover(reason, this.#epoch);
  }

  /** Puts the unsent words aside, and goes on with the server's text under a new client id. */
  async #recover(code: string, epoch: string | null): Promise<void> {
    // One at a time: two reasons at once would put the same words aside twice.
    if (this.#recovering) return;
    this.#recovering = true;
    try {
      await this.#putAside(code, epoch);
    } finally {
      this.#recovering = false;
    }
  }

  async #putAside(code: string, epoch: string | null): Promise<void> {
    this.#conversation?.end();
    this.#mayWrite = false;
    this.#say({ writable: false, frozen: false });
    const text = this.#tracker.waiting > 0 ? this.live.unsentText() : '';
    const row = recoveredRow(this.options, whyRecovered(code), text);
    const kept = text === '' || (await keepRecovered(row));
    if (kept) await this.#outbox.forget();
    if (this.#over) return;
    this.#unsettledOnDevice = false;
    this.#resyncs = 0;
    this.#epoch = epoch;
    if (!this.#ended) this.#startAfresh();
    this.#tracker.restart();
    if (text !== '') {
      this.#tracker.refused(true);
      this.emit('recovered', row);
    }
    this.#connection.restart('recovered', true);
  }

  /** Words that somebody took away unseen: the chapter is as it should be, the words are kept. */
  async #giveBack(text: string): Promise<void> {
    const row = recoveredRow(this.options, whyRecovered('taken_away'), text);
    await keepRecovered(row);
    if (!this.#over) this.emit('recovered', row);
  }

  #startAfresh(): void {
    const letGo = this.live.startAfresh();
    this.#say({ ready: false });
    const off = this.on('status', ({ ready }) => {
      if (!ready) return;
      off();
      this.emit('document', this.document);
      letGo();
    });
  }

  #showMirror(): void {
    if (this.live.showMirror() && this.#status.ready) this.emit('document', this.document);
  }

  #say(change: Partial<ChapterStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.emit('status', this.#status);
  }
}
