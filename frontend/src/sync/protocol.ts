// The words of the sync socket: y-protocols messages, and our durable ones from 100 up.
// One message per frame. Shapes: docs of DESIGN "Sync"; the server's twin is app/sync.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** The version of the manuscript schema this build understands; sent as `?schema=`. */
export const SCHEMA_VERSION = 1;
/** No update leaves in a frame larger than this many bytes; bigger ones go in parts. */
export const MAX_UPDATE_BYTES = 256 * 1024;

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const ASK_AWARENESS = 3;
const ACK = 100;
const NACK = 101;
const HELLO = 102;
const BEAT = 103;

export type RefusalCode =
  | 'resync'
  | 'not_owner'
  | 'read_only'
  | 'frozen'
  | 'invalid'
  | 'too_big'
  | 'slow_down'
  | 'storage_full'
  | 'old_schema'
  | 'epoch';

export type ServerMessage =
  | { type: 'step1'; stateVector: Uint8Array }
  | { type: 'step2'; update: Uint8Array }
  | { type: 'update'; update: Uint8Array }
  | { type: 'awareness'; update: Uint8Array }
  | { type: 'ask-awareness' }
  | { type: 'denied'; reason: string }
  | { type: 'ack'; upTo: number; seq: number }
  | { type: 'nack'; frame: number; code: RefusalCode | (string & {}); retryMs: number }
  | { type: 'hello'; epoch: string; seq: number; role: string; schema: number }
  | { type: 'beat'; seq: number; stateVector: Uint8Array }
  | { type: 'unknown'; kind: number };

/** Reads one frame of the server. Throws when it is truncated. */
export function read(frame: Uint8Array): ServerMessage {
  const from = decoding.createDecoder(frame);
  const kind = decoding.readVarUint(from);
  switch (kind) {
    case SYNC:
      return readSync(from);
    case AWARENESS:
      return { type: 'awareness', update: decoding.readVarUint8Array(from) };
    case AUTH:
      decoding.readVarUint(from); // permission denied is the only kind there is
      return { type: 'denied', reason: decoding.readVarString(from) };
    case ASK_AWARENESS:
      return { type: 'ask-awareness' };
    case ACK:
      return { type: 'ack', upTo: decoding.readVarUint(from), seq: decoding.readVarUint(from) };
    case NACK:
      return {
        type: 'nack',
        frame: decoding.readVarUint(from),
        code: decoding.readVarString(from),
        retryMs: decoding.readVarUint(from),
      };
    case HELLO:
      return {
        type: 'hello',
        epoch: decoding.readVarString(from),
        seq: decoding.readVarUint(from),
        role: decoding.readVarString(from),
        schema: decoding.readVarUint(from),
      };
    case BEAT:
      return {
        type: 'beat',
        seq: decoding.readVarUint(from),
        stateVector: decoding.readVarUint8Array(from),
      };
    default:
      return { type: 'unknown', kind };
  }
}

function readSync(from: decoding.Decoder): ServerMessage {
  const kind = decoding.readVarUint(from);
  const body = decoding.readVarUint8Array(from);
  if (kind === 0) return { type: 'step1', stateVector: body };
  if (kind === 1) return { type: 'step2', update: body };
  if (kind === 2) return { type: 'update', update: body };
  return { type: 'unknown', kind };
}

/** "This is what I have": the server answers with what is missing. */
export const step1 = (stateVector: Uint8Array): Uint8Array => sync(0, stateVector);
/** Everything the server's state vector lacked. A counted frame. */
export const step2 = (update: Uint8Array): Uint8Array => sync(1, update);
/** A change. A counted frame. */
export const update = (bytes: Uint8Array): Uint8Array => sync(2, bytes);

/** Where this person's cursor is; the server writes who it is. */
export function awareness(bytes: Uint8Array): Uint8Array {
  const to = encoding.createEncoder();
  encoding.writeVarUint(to, AWARENESS);
  encoding.writeVarUint8Array(to, bytes);
  return encoding.toUint8Array(to);
}

/** Still here, and this is the state I believe in. */
export function beat(seq: number, stateVector: Uint8Array): Uint8Array {
  const to = encoding.createEncoder();
  encoding.writeVarUint(to, BEAT);
  encoding.writeVarUint(to, seq);
  encoding.writeVarUint8Array(to, stateVector);
  return encoding.toUint8Array(to);
}

function sync(kind: number, body: Uint8Array): Uint8Array {
  const to = encoding.createEncoder();
  encoding.writeVarUint(to, SYNC);
  encoding.writeVarUint(to, kind);
  encoding.writeVarUint8Array(to, body);
  return encoding.toUint8Array(to);
}
