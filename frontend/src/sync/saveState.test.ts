// Promise: exactly one of four states is shown, and never a hopeful one.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SaveState, SaveTracker } from './saveState';

let shown: SaveState[];
let tracker: SaveTracker;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  tracker = new SaveTracker((state) => shown.push(state));
});
afterEach(() => {
  tracker.stop();
  vi.useRealTimers();
});

function connect(): void {
  tracker.confirmed();
}

test('nothing is called saved before the server has confirmed it', () => {
  expect(tracker.state).toBe('saving');
  connect();
  expect(tracker.state).toBe('saved');
});

test('without a network there is no "Saving" while nothing is being saved', () => {
  tracker.disconnected();
  expect(tracker.state).toBe('kept');
});

test('a change is never called saved before it is, and typing does not flicker', () => {
  connect();
  for (let i = 0; i < 20; i++) {
    const n = tracker.changed();
    expect(tracker.state).toBe('saving');
    vi.advanceTimersByTime(150);
    tracker.acknowledged(n);
    tracker.confirmed();
  }
  expect(shown).toEqual(['saved', 'saving']);
  expect(tracker.hasUnsent).toBe(false);
  vi.advanceTimersByTime(450);
  expect(shown).toEqual(['saved', 'saving', 'saved']);
});

test('a slow acknowledgement shows Saving until it comes', () => {
  connect();
  const n = tracker.changed();
  vi.advanceTimersByTime(5_000);
  expect(tracker.state).toBe('saving');
  expect(tracker.hasUnsent).toBe(true);
  tracker.acknowledged(n);
  tracker.confirmed();
  expect(tracker.state).toBe('saved');
});

test('typing on does not hide that the oldest change waits', () => {
  connect();
  tracker.changed();
  for (let i = 0; i < 30; i++) {
    vi.advanceTimersByTime(400);
    tracker.kept(tracker.changed());
  }
  expect(tracker.state).toBe('kept');
});

test('ten seconds without acknowledgement: kept, but only when the device says so', () => {
  connect();
  const n = tracker.changed();
  vi.advanceTimersByTime(10_002);
  expect(tracker.state).toBe('not-saved');
  tracker.kept(n);
  expect(tracker.state).toBe('kept');
  tracker.acknowledged(n);
  tracker.confirmed();
  expect(tracker.state).toBe('saved');
});

test('offline, words are kept once IndexedDB has confirmed them and the keys rest', () => {
  connect();
  tracker.disconnected();
  expect(tracker.state).toBe('kept');
  const n = tracker.changed();
  expect(tracker.state).toBe('saving');
  tracker.kept(n);
  vi.advanceTimersByTime(600);
  expect(tracker.state).toBe('kept');
});

test('typing offline does not flicker while the device writes, unless it takes too long', () => {
  connect();
  tracker.disconnected();
  shown = [];
  for (let i = 0; i < 10; i++) {
    const n = tracker.changed();
    vi.advanceTimersByTime(30);
    tracker.kept(n);
  }
  expect(shown).toEqual(['saving']);
  vi.advanceTimersByTime(600);
  expect(shown).toEqual(['saving', 'kept']);
  tracker.changed();
  vi.advanceTimersByTime(15_000);
  expect(tracker.state).toBe('not-saved');
});

test('offline on a device that cannot keep them, words are not saved', () => {
  connect();
  tracker.disconnected();
  tracker.changed();
  tracker.deviceFailed();
  expect(tracker.state).toBe('not-saved');
});

test('a device that recovers is believed again', () => {
  connect();
  tracker.disconnected();
  const n = tracker.changed();
  tracker.deviceFailed();
  expect(tracker.state).toBe('not-saved');
  tracker.kept(n);
  expect(tracker.state).toBe('kept');
});

test('a broken device does not matter while the server takes everything', () => {
  tracker.deviceFailed();
  connect();
  const n = tracker.changed();
  vi.advanceTimersByTime(100);
  tracker.acknowledged(n);
  vi.advanceTimersByTime(600);
  expect(tracker.state).toBe('saved');
});

test('a confirmation older than 20 s proves nothing', () => {
  connect();
  tracker.acknowledged(tracker.changed());
  vi.advanceTimersByTime(19_999);
  expect(tracker.state).toBe('saved');
  vi.advanceTimersByTime(2);
  expect(tracker.state).not.toBe('saved');
});

test('refused words stay "not saved" until the person has dealt with them', () => {
  connect();
  tracker.refused(true);
  expect(tracker.state).toBe('not-saved');
  expect(tracker.hasUnsent).toBe(true);
  tracker.acknowledged(tracker.changed());
  expect(tracker.state).toBe('not-saved');
  tracker.refused(false);
  expect(tracker.state).toBe('saved');
});

test('an acknowledgement of less than everything is not "saved"', () => {
  connect();
  const first = tracker.changed();
  tracker.changed();
  tracker.acknowledged(first);
  vi.advanceTimersByTime(500);
  expect(tracker.state).toBe('saving');
  expect(tracker.waiting).toBe(1);
});
