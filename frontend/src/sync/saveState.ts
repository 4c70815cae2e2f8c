// What a person is told about their words: exactly one of four things, and never a hopeful one.
// Local changes are numbered 1, 2, 3…; the device and the server each confirm up to a number.

import type { SaveState } from '../lib/saveState';

export type { SaveState };

/** While one types it says "Saving…", and the outcome when the keys have rested for so long. */
export const REST_MS = 600;
/** The device may take so long to write before "Kept" is no longer said. */
const DEVICE_WRITES_MS = 400;
/** Without an acknowledgement for this long, say that the words wait on this device. */
export const KEPT_AFTER_MS = 10_000;
/** A confirmation of the server older than this proves nothing any more. */
export const BEAT_VALID_MS = 20_000;

export class SaveTracker {
  #changed = 0;
  #kept = 0;
  #acked = 0;
  /** When each change that waits for the server was made, the oldest first. */
  #times: number[] = [];
  #lastChange = -Infinity;
  /** When the server last confirmed that it has what we have; null while there is no connection. */
  #confirmedAt: number | null = null;
  #opening = true; // until the server was reached once, or could not be
  #deviceBroken = false;
  #refused = false;
  #opened: number;
  #shown: SaveState = 'saving';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly onChange: (state: SaveState) => void,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.#opened = now();
    this.#update();
  }

  /** What to show. */
  get state(): SaveState {
    return this.#shown;
  }

  /** Whether closing the page now could lose something the server does not have. */
  get hasUnsent(): boolean {
    return this.#acked < this.#changed || this.#refused;
  }

  /** The number of changes that wait for the server. */
  get waiting(): number {
    return this.#changed - this.#acked;
  }

  /** A local change was made; returns its number. */
  changed(): number {
    this.#changed += 1;
    this.#lastChange = this.now();
    this.#times.push(this.#lastChange);
    this.#update();
    return this.#changed;
  }

  /** IndexedDB has confirmed every change up to `serial`. */
  kept(serial: number): void {
    this.#kept = Math.max(this.#kept, serial);
    this.#deviceBroken = false;
    this.#update();
  }

  /** The server has confirmed every change up to `serial` as stored. */
  acknowledged(serial: number): void {
    const upTo = Math.min(serial, this.#changed);
    if (upTo <= this.#acked) return;
    this.#times.splice(0, upTo - this.#acked);
    this.#acked = upTo;
    this.#update();
  }

  /** The server's state covers ours (a HELLO that was followed by an ACK, or a BEAT). */
  confirmed(): void {
    this.#confirmedAt = this.now();
    this.#opening = false;
    this.#update();
  }

  disconnected(): void {
    this.#confirmedAt = null;
    this.#opening = false;
    this.#update();
  }

  /** The device could not keep a change. */
  deviceFailed(): void {
    this.#deviceBroken = true;
    this.#update();
  }

  /** The server will not take some words; `false` once the person has them in hand. */
  refused(yes: boolean): void {
    this.#refused = yes;
    this.#update();
  }

  /** After a fresh start of the document: nothing of the old numbering is awaited. */
  restart(): void {
    this.#kept = this.#acked = this.#changed;
    this.#times = [];
    this.#confirmedAt = null;
    this.#opened = this.now();
    this.#update();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The truth at this moment, and the time in ms at which it may become another by itself. */
  #judge(): [SaveState, number | null] {
    const now = this.now();
    if (this.#refused) return ['not-saved', null];
    const fresh = this.#confirmedAt !== null && now - this.#confirmedAt <= BEAT_VALID_MS;
    const onDevice = this.#onDevice(now);
    if (this.#acked >= this.#changed && fresh) {
      if (this.#typing(now)) return ['saving', this.#lastChange + REST_MS];
      return ['saved', (this.#confirmedAt ?? now) + BEAT_VALID_MS + 1];
    }
    const since = this.#times[0] ?? this.#confirmedAt ?? this.#opened;
    if (this.#confirmedAt === null || this.#acked >= this.#changed) {
      return this.#withoutServer(since, onDevice);
    }
    if (now - since > KEPT_AFTER_MS) return [onDevice ? 'kept' : 'not-saved', this.#recheck()];
    return ['saving', since + KEPT_AFTER_MS + 1];
  }

  /** "Saving…" stays until the keys rest: it never comes and goes with each of them. */
  #typing(now: number): boolean {
    return this.#shown === 'saving' && now - this.#lastChange < REST_MS;
  }

  /** Whether the device holds everything the server lacks; a server that is late does not make it flicker. */
  #onDevice(now: number): boolean {
    if (this.#deviceBroken) return false;
    const safe = Math.max(this.#kept, this.#acked);
    if (safe >= this.#changed) return true;
    const oldest = this.#times[safe - this.#acked] ?? now;
    return this.#confirmedAt !== null && now - oldest < DEVICE_WRITES_MS;
  }

  #withoutServer(since: number, onDevice: boolean): [SaveState, number | null] {
    const now = this.now();
    if (onDevice && (this.#changed > 0 || !this.#opening)) {
      return this.#typing(now) ? ['saving', this.#lastChange + REST_MS] : ['kept', null];
    }
    // Only just opened, or the device is still writing: give both a moment.
    const waiting = this.#times[Math.max(this.#kept, this.#acked) - this.#acked];
    const until = Math.max(since, waiting ?? 0) + KEPT_AFTER_MS;
    if (now <= until && !this.#deviceBroken) return ['saving', until + 1];
    return [onDevice ? 'kept' : 'not-saved', null];
  }

  /** When to look again while the device still writes. */
  #recheck(): number | null {
    const pending = Math.max(this.#kept, this.#acked) < this.#changed;
    return pending ? this.now() + DEVICE_WRITES_MS : null;
  }

  #update(): void {
    clearTimeout(this.#timer);
    const [state, until] = this.#judge();
    if (until !== null) {
      this.#timer = setTimeout(() => this.#update(), Math.max(1, until - this.now()));
    }
    if (state === this.#shown) return;
    this.#shown = state;
    this.onChange(state);
  }
}
