// Large Yjs updates in parts: every part can be integrated on its own once the ones before it were,
// so the server's no-gap rule holds for each. Deletions come last, when all they name is there.
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number];
interface Id {
  client: number;
  clock: number;
}

/** Cuts `update` into parts of about `limit` bytes; the same array when it is small enough. */
export function split(update: Uint8Array, limit: number): Uint8Array[] {
  if (update.byteLength <= limit) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const pieces = structs.flatMap((struct) => pieceUp(struct, Math.floor(limit / 4)));
  const parts: Uint8Array[] = [];
  let part: Struct[] = [];
  let size = 0;
  for (const struct of inOrder(pieces)) {
    const bytes = weigh(struct);
    if (size > 0 && size + bytes > limit * 0.9) {
      parts.push(encode(part));
      part = [];
      size = 0;
    }
    part.push(struct);
    size += bytes;
  }
  if (part.length > 0) parts.push(encode(part));
  if (ds.clients.size > 0) parts.push(...encodeDeletions(ds, limit));
  return parts;
}

/** A long run of text becomes several structs, cut between characters and never inside one. */
function pieceUp(struct: Struct, limit: number): Struct[] {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return [struct];
  const { client, clock } = struct.id;
  const text = struct.content.str;
  if (text.length <= limit) return [struct];
  const found: Struct[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + limit, text.length);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to -= 1;
    found.push(
      new Y.Item(
        Y.createID(client, clock + from),
        null,
        from === 0 ? struct.origin : Y.createID(client, clock + from - 1),
        null,
        struct.rightOrigin,
        from === 0 ? struct.parent : null,
        from === 0 ? struct.parentSub : null,
        new Y.ContentString(text.slice(from, to)),
      ),
    );
    from = to;
  }
  return found;
}

/** The structs so that each stands after everything it refers to and after its own predecessor. */
function inOrder(structs: Struct[]): Struct[] {
  const queues = grouped(structs, (struct) => struct.id.client);
  const next = new Map<number, number>(); // client → index of its first struct still waiting
  const waits = (id: unknown): boolean => {
    const at = id as Id | null;
    if (at === null || typeof at !== 'object' || !('clock' in at)) return false;
    const first = queues.get(at.client)?.[next.get(at.client) ?? 0];
    return first !== undefined && at.clock >= first.id.clock;
  };
  const ordered: Struct[] = [];
  for (let moved = true; moved;) {
    moved = false;
    for (const [client, queue] of queues) {
      for (let i = next.get(client) ?? 0; i < queue.length; i++) {
        const struct = queue[i] as Struct;
        const isItem = struct instanceof Y.Item;
        next.set(client, i + 1); // its own predecessors are done; look at the others' only
        if (isItem && [struct.origin, struct.rightOrigin, struct.parent].some(waits)) {
          next.set(client, i);
          break;
        }
        ordered.push(struct);
        moved = true;
      }
    }
  }
  // What cannot be ordered (its dependencies are not in this update) keeps its place at the end.
  for (const [client, queue] of queues) ordered.push(...queue.slice(next.get(client) ?? 0));
  return ordered;
}

function encode(structs: Struct[]): Uint8Array {
  const to = new Y.UpdateEncoderV1();
  const byClient = grouped(structs, (struct) => struct.id.client);
  encoding.writeVarUint(to.restEncoder, byClient.size);
  for (const [client, own] of [...byClient].sort((a, b) => b[0] - a[0])) {
    encoding.writeVarUint(to.restEncoder, own.length);
    to.writeClient(client);
    encoding.writeVarUint(to.restEncoder, own[0]?.id.clock ?? 0);
    for (const struct of own) write(struct, to);
  }
  encoding.writeVarUint(to.restEncoder, 0); // no deletions
  return to.toUint8Array();
}

function write(struct: Struct, to: Y.UpdateEncoderV1): void {
  (struct as unknown as { write(to: Y.UpdateEncoderV1, offset: number): void }).write(to, 0);
}

function weigh(struct: Struct): number {
  if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) {
    return struct.content.str.length * 3 + 32; // three bytes a UTF-16 unit at most
  }
  const to = new Y.UpdateEncoderV1();
  write(struct, to);
  return to.toUint8Array().byteLength + 8;
}

function encodeDeletions(ds: Y.Snapshot['ds'], limit: number): Uint8Array[] {
  const most = Math.max(1, Math.floor(limit / 24));
  const ranges = [...ds.clients].flatMap(([client, items]) =>
    items.map(({ clock, len }) => ({ client, clock, len })),
  );
  const parts: Uint8Array[] = [];
  for (let from = 0; from < ranges.length; from += most) {
    const byClient = grouped(ranges.slice(from, from + most), (range) => range.client);
    const to = encoding.createEncoder();
    encoding.writeVarUint(to, 0); // no structs
    encoding.writeVarUint(to, byClient.size);
    for (const [client, own] of byClient) {
      encoding.writeVarUint(to, client);
      encoding.writeVarUint(to, own.length);
      for (const { clock, len } of own) {
        encoding.writeVarUint(to, clock);
        encoding.writeVarUint(to, len);
      }
    }
    parts.push(encoding.toUint8Array(to));
  }
  return parts;
}

function grouped<T>(list: T[], client: (one: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const one of list) {
    const group = groups.get(client(one));
    if (group) group.push(one);
    else groups.set(client(one), [one]);
  }
  return groups;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
