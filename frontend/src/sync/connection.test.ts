// Promise: the line is there again whenever it can be, and a dead one is noticed.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection, SILENCE_MS } from './connection';

class Line {
  binaryType = '';
  bufferedAmount = 0;
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  send(frame: unknown): void {
    this.sent.push(frame);
  }
  close(): void {
    this.closed = true;
  }
  break(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }
}

let lines: Line[];
let connection: Connection;
const newest = (): Line => lines[lines.length - 1] as Line;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  connection = new Connection({
    url: () => 'ws://test',
    random: () => 1,
    socket: () => {
      const line = new Line();
      lines.push(line);
      return line as unknown as WebSocket;
    },
  });
  connection.start();
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

test('attempts come at growing distances, from half a second to ten seconds', () => {
  const distances: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = Date.now();
    const count = lines.length;
    newest().break();
    while (lines.length === count) vi.advanceTimersByTime(10);
    distances.push(Date.now() - before);
  }
  expect(distances).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test('a connection that worked starts with the shortest distance again', () => {
  for (let i = 0; i < 4; i++) {
    newest().break();
    vi.advanceTimersByTime(10_000);
  }
  newest().onopen?.();
  connection.settled();
  const count = lines.length;
  newest().break();
  vi.advanceTimersByTime(510);
  expect(lines.length).toBe(count + 1);
});

test('silence of 25 seconds, as after sleep, leads to a new line at once', () => {
  newest().onopen?.();
  vi.advanceTimersByTime(20_000);
  newest().onmessage?.({ data: new ArrayBuffer(1) });
  vi.advanceTimersByTime(SILENCE_MS - 1000);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(6000);
  expect(lines[0]?.closed).toBe(true);
  expect(lines).toHaveLength(2);
});

test('a door that never opens, as behind a captive portal, is knocked at again', () => {
  vi.advanceTimersByTime(20_000);
  expect(lines.length).toBeGreaterThan(1);
});

test('text from somebody else is no answer of ours', () => {
  newest().onopen?.();
  newest().onmessage?.({ data: '<html>Please accept our terms' });
  expect(lines[0]?.closed).toBe(true);
  vi.advanceTimersByTime(600);
  expect(lines).toHaveLength(2);
});

test('coming online tries at once; going offline hangs up and still tries', () => {
  newest().onopen?.();
  globalThis.dispatchEvent(new Event('offline'));
  expect(lines[0]?.closed).toBe(true);
  vi.advanceTimersByTime(600);
  expect(lines).toHaveLength(2);
  newest().break();
  globalThis.dispatchEvent(new Event('online'));
  expect(lines).toHaveLength(3);
});

test('a code from 4400 to 4499 is final, every other one is not', () => {
  const downs: { code: number; final: boolean }[] = [];
  connection.on('down', ({ code, final }) => downs.push({ code, final }));
  newest().break(4500);
  vi.advanceTimersByTime(600);
  newest().break(4403);
  vi.advanceTimersByTime(60_000);
  globalThis.dispatchEvent(new Event('online'));
  expect(downs).toEqual([
    { code: 4500, final: false },
    { code: 4403, final: true },
  ]);
  expect(lines).toHaveLength(2);
});

test('a late word of a line that was given up is not heard', () => {
  const frames: Uint8Array[] = [];
  connection.on('frame', (frame) => frames.push(frame));
  newest().onopen?.();
  const old = newest();
  const hear = old.onmessage;
  connection.restart('asked', true);
  hear?.({ data: new ArrayBuffer(3) });
  expect(frames).toEqual([]);
  expect(lines).toHaveLength(2);
});
