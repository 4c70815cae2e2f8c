// Promise: every message of the server is understood, and a broken one is noticed.
import * as encoding from 'lib0/encoding';
import { expect, test } from 'vitest';
import * as protocol from './protocol';

function frame(...parts: (number | string | Uint8Array)[]): Uint8Array {
  const to = encoding.createEncoder();
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(to, part);
    else if (typeof part === 'string') encoding.writeVarString(to, part);
    else encoding.writeVarUint8Array(to, part);
  }
  return encoding.toUint8Array(to);
}

const bytes = new Uint8Array([1, 2, 3]);

test('the durable messages are read as the server writes them', () => {
  expect(protocol.read(frame(100, 300, 70_000))).toEqual({ type: 'ack', upTo: 300, seq: 70_000 });
  expect(protocol.read(frame(101, 7, 'slow_down', 1500))).toEqual({
    type: 'nack',
    frame: 7,
    code: 'slow_down',
    retryMs: 1500,
  });
  expect(protocol.read(frame(102, 'epoch-ä', 9, 'writer', 1))).toEqual({
    type: 'hello',
    epoch: 'epoch-ä',
    seq: 9,
    role: 'writer',
    schema: 1,
  });
  expect(protocol.read(frame(103, 5, bytes))).toEqual({ type: 'beat', seq: 5, stateVector: bytes });
});

test('the standard messages are read, and written as they are read', () => {
  expect(protocol.read(protocol.step1(bytes))).toEqual({ type: 'step1', stateVector: bytes });
  expect(protocol.read(protocol.step2(bytes))).toEqual({ type: 'step2', update: bytes });
  expect(protocol.read(protocol.update(bytes))).toEqual({ type: 'update', update: bytes });
  expect(protocol.read(protocol.awareness(bytes))).toEqual({ type: 'awareness', update: bytes });
  expect(protocol.read(protocol.beat(4, bytes))).toEqual({
    type: 'beat',
    seq: 4,
    stateVector: bytes,
  });
  expect(protocol.read(frame(3))).toEqual({ type: 'ask-awareness' });
  expect(protocol.read(frame(2, 0, 'no'))).toEqual({ type: 'denied', reason: 'no' });
});

test('what a newer server says is ignored, what is cut off is not', () => {
  expect(protocol.read(frame(150, 1))).toEqual({ type: 'unknown', kind: 150 });
  expect(() => protocol.read(frame(0, 2, bytes).slice(0, 4))).toThrow();
  expect(() => protocol.read(frame(102, 'epoch').slice(0, 3))).toThrow();
});
