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
  /** The other's value and version, from what the server sent along with its refusal. */
  theirs: (current: T) => { value: V; version: number };
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
      const current = refused<T>(error);
      if (current === null) throw error;
      const theirs = saving.theirs(current);
      if (theirs.value === saving.value) return current;
      const clash = {
        sentence: (error as Problem).message,
        theirs: theirs.value,
        mine: saving.value,
      };
      if ((await saving.choose(clash)) === 'theirs') return current;
      seen = theirs.version;
    }
  }
}

function refused<T>(error: unknown): T | null {
  if (!(error instanceof Problem) || error.status !== 409) return null;
  if (error.code !== 'changed' && error.code !== 'moved') return null;
  const { current } = error.extra;
  return current === undefined || current === null ? null : (current as T);
}
