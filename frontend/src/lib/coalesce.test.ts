import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Coalescer, oneAtATime } from './coalesce';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a burst of changes', () => {
  it('becomes one refetch per topic', () => {
    const flush = vi.fn();
    const topics = new Coalescer<string>(flush);
    for (let i = 0; i < 50; i++) topics.add(i % 2 === 0 ? 'chapters' : 'tasks');
    expect(flush).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(flush).toHaveBeenCalledOnce();
    expect(flush).toHaveBeenCalledWith(['chapters', 'tasks']);
  });
  it('is not put off for ever by more of it', () => {
    const flush = vi.fn();
    const topics = new Coalescer<string>(flush);
    for (let i = 0; i < 10; i++) {
      topics.add('chapters');
      vi.advanceTimersByTime(60);
    }
    expect(flush.mock.calls.length).toBeGreaterThan(3);
  });
  it('is forgotten when the page goes away', () => {
    const flush = vi.fn();
    const topics = new Coalescer<string>(flush);
    topics.add('chapters');
    topics.stop();
    vi.advanceTimersByTime(1000);
    expect(flush).not.toHaveBeenCalled();
  });
});

describe('loading', () => {
  it('runs once more, not once per question, when asked while running', async () => {
    const finish: (() => void)[] = [];
    const load = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    const refresh = oneAtATime(load);
    const first = refresh();
    void refresh();
    void refresh();
    expect(load).toHaveBeenCalledTimes(1);
    finish[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
    finish[1]?.();
    await first;
    expect(load).toHaveBeenCalledTimes(2);
  });
  it('works again after a failure', async () => {
    const load = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue(undefined);
    const refresh = oneAtATime(load);
    await expect(refresh()).rejects.toThrow('offline');
    await expect(refresh()).resolves.toBeUndefined();
  });
});
