import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, Live, type LiveHandlers, TOPICS } from './live';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close(): void {
    this.readyState = 3;
  }
  says(message: object): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  dies(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
const last = () => FakeSocket.all.at(-1) as FakeSocket;

function start() {
  const on = {
    changed: vi.fn(),
    presence: vi.fn(),
    notice: vi.fn(),
    hello: vi.fn(),
    bye: vi.fn(),
    connected: vi.fn(),
    doubt: vi.fn(),
  } satisfies LiveHandlers;
  const live = new Live('ws://x/live', on);
  live.start();
  return { live, on };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live connection', () => {
  it('asks for everything after a gap, and for what changed otherwise', () => {
    const { live, on } = start();
    last().says({ topic: 'hello', now: '2026-03-02T09:00:00Z' });
    expect(on.changed).toHaveBeenLastCalledWith([...TOPICS]);
    on.changed.mockClear();
    last().says({ topic: 'tasks', id: '1' });
    last().says({ topic: 'tasks', id: '2' });
    vi.advanceTimersByTime(100);
    expect(on.changed).toHaveBeenCalledExactlyOnceWith(['tasks']);
    last().dies();
    expect(on.connected).toHaveBeenLastCalledWith(false);
    vi.advanceTimersByTime(1000);
    last().says({ topic: 'hello', now: '2026-03-02T09:00:05Z' });
    expect(on.changed).toHaveBeenLastCalledWith([...TOPICS]);
    live.stop();
  });
  it('asks for everything when the server says that it lost count', () => {
    const { live, on } = start();
    last().says({ topic: 'hello', now: 'x' });
    on.changed.mockClear();
    last().says({ topic: 'everything' });
    expect(on.changed).toHaveBeenCalledWith([...TOPICS]);
    live.stop();
  });
  it('does not come back after goodbye', () => {
    const { on } = start();
    last().says({ topic: 'bye', reason: 'Ended elsewhere.' });
    last().dies(4401);
    vi.advanceTimersByTime(60_000);
    expect(on.bye).toHaveBeenCalledExactlyOnceWith('Ended elsewhere.');
    expect(FakeSocket.all).toHaveLength(1);
  });
  it('does not come back after a final refusal either', () => {
    const { on } = start();
    last().dies(4403);
    vi.advanceTimersByTime(60_000);
    expect(on.bye).toHaveBeenCalledOnce();
    expect(FakeSocket.all).toHaveLength(1);
  });
  it('gives up on a line that fell silent', () => {
    const { live, on } = start();
    last().says({ topic: 'hello', now: 'x' });
    vi.advanceTimersByTime(59_000);
    last().says({ topic: 'beat' });
    vi.advanceTimersByTime(59_000);
    expect(on.connected).not.toHaveBeenCalledWith(false);
    vi.advanceTimersByTime(2000);
    expect(on.connected).toHaveBeenLastCalledWith(false);
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    live.stop();
  });
  it('doubts its right to listen when it is refused again and again', () => {
    const { live, on } = start();
    for (let i = 0; i < 3; i++) {
      last().dies();
      vi.advanceTimersByTime(20_000);
    }
    expect(on.doubt).toHaveBeenCalledOnce();
    live.stop();
  });
  it('ignores what it does not understand', () => {
    const { live, on } = start();
    last().onmessage?.({ data: 'not json' });
    last().says({ topic: 'something new' });
    vi.advanceTimersByTime(200);
    expect(on.changed).not.toHaveBeenCalled();
    live.stop();
  });
});

describe('waiting before coming back', () => {
  it('grows to fifteen seconds and is never the same for everyone', () => {
    expect(backoff(0, () => 0)).toBe(250);
    expect(backoff(0, () => 1)).toBe(500);
    expect(backoff(20, () => 1)).toBe(15_000);
    expect(backoff(20, () => 0)).toBe(7500);
  });
});
