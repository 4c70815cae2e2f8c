// A provider of nobody's: every frame is put together here with lib0's and y-protocols' encoders.

/** Looks from outside like y-websocket's: synced, wsconnected, awareness, on, connect, disconnect. */
export class FramesProvider {
  constructor(require, address, doc, Socket) {
    this.encoding = require('lib0/encoding');
    this.decoding = require('lib0/decoding');
    this.sync = require('y-protocols/sync');
    this.auth = require('y-protocols/auth');
    this.awarenessProtocol = require('y-protocols/awareness');
    this.awareness = new this.awarenessProtocol.Awareness(doc);
    Object.assign(this, { address, doc, Socket });
    Object.assign(this, { synced: false, wsconnected: false, wanted: true, denied: [], heard: {} });
    doc.on('update', (update, origin) => {
      if (origin !== this) this.send(0, (out) => this.sync.writeUpdate(out, update));
    });
    this.awareness.on('update', ({ added, updated, removed }, origin) => {
      if (origin !== 'local') return;
      const changed = [...added, ...updated, ...removed];
      this.send(1, (out) =>
        this.encoding.writeVarUint8Array(
          out,
          this.awarenessProtocol.encodeAwarenessUpdate(this.awareness, changed),
        ),
      );
    });
    this.listeners = { 'connection-close': [] };
    this.connect();
  }

  on(name, call) {
    this.listeners[name]?.push(call);
  }

  connect() {
    this.wanted = true;
    const ws = new this.Socket(this.address);
    this.ws = ws;
    ws.binaryType = 'arraybuffer';
    ws.on('error', () => {});
    ws.on('open', () => {
      this.wsconnected = true;
      this.send(0, (out) => this.sync.writeSyncStep1(out, this.doc));
      this.send(3, () => {});
    });
    ws.on('message', (data) => this.take(new Uint8Array(data)));
    ws.on('close', (code) => {
      this.wsconnected = this.synced = false;
      for (const call of this.listeners['connection-close']) call({ code });
      const final = code >= 4400 && code < 4500;
      if (this.wanted && !final) setTimeout(() => this.wanted && this.connect(), 200);
    });
  }

  disconnect() {
    this.wanted = false;
    this.ws.close();
  }

  /** A frame: the message's type, then what `write` puts behind it. */
  send(type, write) {
    if (!this.wsconnected) return;
    const out = this.encoding.createEncoder();
    this.encoding.writeVarUint(out, type);
    write(out);
    this.ws.send(this.encoding.toUint8Array(out));
  }

  take(frame) {
    const { decoding } = this;
    const read = decoding.createDecoder(frame);
    const type = decoding.readVarUint(read);
    this.heard[type] = (this.heard[type] ?? 0) + 1;
    if (type === 0) {
      this.send(0, (out) => {
        const kind = this.sync.readSyncMessage(read, out, this.doc, this);
        if (kind === this.sync.messageYjsSyncStep2) this.synced = true;
        // An empty update is what an encoder that has nothing to say would leave behind.
        if (kind !== this.sync.messageYjsSyncStep1) this.sync.writeUpdate(out, new Uint8Array(2));
      });
    } else if (type === 1) {
      const update = decoding.readVarUint8Array(read);
      this.awarenessProtocol.applyAwarenessUpdate(this.awareness, update, this);
    } else if (type === 2) {
      this.auth.readAuthMessage(read, this, (_, reason) => this.denied.push(reason));
    } else throw new Error(`a message of type ${type}`);
    if (decoding.hasContent(read)) throw new Error('more than one message in a frame');
  }
}
