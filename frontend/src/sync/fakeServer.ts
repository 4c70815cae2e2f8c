// For tests: a sync server in memory behind a WebSocket that can be cut, delayed and made to refuse.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

type Frame = (to: encoding.Encoder) => void;

export class FakeServer {
  doc = new Y.Doc();
  epoch = 'e1';
  role = 'writer';
  schema = 1;
  reachable = true;
  /** Acknowledgements are swallowed while this is true; the update itself is stored. */
  loseAcks = false;
  /** So many are sent, then they are lost. */
  acksLeft = Infinity;
  /** The code to refuse the next counted frames with, and how many of them. */
  refuse: { code: string; times: number; retryMs?: number } | null = null;
  frames = 0;
  stored = 0;
  sockets = new Set<FakeSocket>();

  constructor() {
    const element = new Y.XmlElement('paragraph');
    this.doc.getXmlFragment('content').insert(0, [element]);
  }

  readonly open = (url: string): WebSocket => new FakeSocket(this, url) as unknown as WebSocket;

  /** Everybody's line breaks without a word. */
  cut(code = 1006): void {
    for (const socket of [...this.sockets]) socket.end(code);
  }

  text(): string {
    return this.doc.getXmlFragment('content').toString();
  }

  /** Somebody else changes the chapter, and everybody hears of it. */
  edit(change: (content: Y.XmlFragment) => void): void {
    const before = Y.encodeStateVector(this.doc);
    this.doc.transact(() => change(this.doc.getXmlFragment('content')));
    const update = Y.encodeStateAsUpdate(this.doc, before);
    for (const socket of this.sockets) socket.say((to) => sync(to, 2, update));
  }

  greet(socket: FakeSocket): void {
    socket.say((to) => {
      encoding.writeVarUint(to, 102);
      encoding.writeVarString(to, this.epoch);
      encoding.writeVarUint(to, this.stored);
      encoding.writeVarString(to, this.role);
      encoding.writeVarUint(to, this.schema);
    });
    socket.say((to) => sync(to, 0, Y.encodeStateVector(this.doc)));
  }

  hear(socket: FakeSocket, frame: Uint8Array): void {
    const from = decoding.createDecoder(frame);
    if (decoding.readVarUint(from) !== 0) return;
    const kind = decoding.readVarUint(from);
    const body = decoding.readVarUint8Array(from);
    if (kind === 0) {
      socket.say((to) => sync(to, 1, Y.encodeStateAsUpdate(this.doc, body)));
      return;
    }
    this.frames += 1;
    const n = (socket.counted += 1);
    if (this.refuse && this.refuse.times > 0) {
      const { code, retryMs = 0 } = this.refuse;
      this.refuse.times -= 1;
      socket.say((to) => {
        encoding.writeVarUint(to, 101);
        encoding.writeVarUint(to, n);
        encoding.writeVarString(to, code);
        encoding.writeVarUint(to, retryMs);
      });
      if (code === 'resync') socket.say((to) => sync(to, 0, Y.encodeStateVector(this.doc)));
    } else {
      const before = Y.encodeStateAsUpdate(this.doc);
      Y.applyUpdate(this.doc, body);
      if (before.join() !== Y.encodeStateAsUpdate(this.doc).join()) this.stored += 1;
      for (const other of this.sockets) if (other !== socket) other.say((to) => sync(to, 2, body));
    }
    if (this.loseAcks || (this.acksLeft -= 1) < 0) return;
    socket.say((to) => {
      encoding.writeVarUint(to, 100);
      encoding.writeVarUint(to, n);
      encoding.writeVarUint(to, this.stored);
    });
  }

  beat(): void {
    for (const socket of this.sockets) {
      socket.say((to) => {
        encoding.writeVarUint(to, 103);
        encoding.writeVarUint(to, this.stored);
        encoding.writeVarUint8Array(to, Y.encodeStateVector(this.doc));
      });
    }
  }
}

function sync(to: encoding.Encoder, kind: number, body: Uint8Array): void {
  encoding.writeVarUint(to, 0);
  encoding.writeVarUint(to, kind);
  encoding.writeVarUint8Array(to, body);
}

class FakeSocket {
  binaryType = '';
  bufferedAmount = 0;
  counted = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(
    private readonly server: FakeServer,
    readonly url: string,
  ) {
    queueMicrotask(() => {
      if (!server.reachable) {
        this.end(1006);
        return;
      }
      server.sockets.add(this);
      this.onopen?.();
      server.greet(this);
    });
  }

  send(frame: Uint8Array): void {
    const copy = frame.slice();
    queueMicrotask(() => {
      if (this.server.sockets.has(this)) this.server.hear(this, copy);
    });
  }

  say(write: Frame): void {
    const to = encoding.createEncoder();
    write(to);
    const data = encoding.toUint8Array(to).slice().buffer;
    queueMicrotask(() => this.onmessage?.({ data }));
  }

  end(code: number): void {
    this.server.sockets.delete(this);
    this.onclose?.({ code, reason: '' });
  }

  close(): void {
    this.server.sockets.delete(this);
  }
}
