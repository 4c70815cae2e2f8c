// Two people changed the same thing: show both, let a person decide, lose nothing.
import { Problem } from '../api/problem';

export interface Clash<V> {
  /** Says who did what: "Maria renamed this chapter to “Rights” a moment ago." */
  sentence: string;
  theirs: V;
  mine: V;
}
export type Choice = 'theirs' | 'mine';

export interface Saving<T, V> {
  value: V;
  /** The version the person was looking at when the change began. */
  seen: number;
  save: (value: V, seen: number) => Promise<T>;
  /** What stands there now: fetched afresh after a refusal. Throws when it is gone. */
  look: () => Promise<{ now: T; value: V; version: number }>;
  choose: (clash: Clash<V>) => Promise<Choice>;
}

/**
 * Saves; when the server says that somebody was faster, asks, and saves again over their version
 * if the person wants that. Gives what is now stored. Other problems are thrown on.
 */
export async function saveOrChoose<T, V>(saving: Saving<T, V>): Promise<T> {
  let { seen } = saving;
  for (;;) {
    try {
      return await saving.save(saving.value, seen);
    } catch (error) {
      if (!isClash(error)) throw error;
      const { now, value, version } = await saving.look();
      if (value === saving.value) return now;
      const clash = { sentence: error.message, theirs: value, mine: saving.value };
      if ((await saving.choose(clash)) === 'theirs') return now;
      seen = version;
    }
  }
}

export function isClash(error: unknown): error is Problem {
  return (
    error instanceof Problem &&
    error.status === 409 &&
    (error.code === 'changed' || error.code === 'moved')
  );
}
