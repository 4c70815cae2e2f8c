// Short messages that come and go, with a way back where there is one; and the screen reader's ear.
import { untrack } from 'svelte';
import { sentenceFor } from '../api/problem';

export interface Toast {
  id: number;
  text: string;
  kind: 'plain' | 'problem';
  action?: { label: string; act: () => void };
}

const PLAIN_FOR = 6000;
const LONGER_FOR = 12_000;

class Toasts {
  list: Toast[] = $state([]);
  /** What the polite live region says; changes only here. */
  said = $state('');
  private next = 1;

  show(text: string, action?: Toast['action'], kind: Toast['kind'] = 'plain'): void {
    const id = this.next++;
    const toast: Toast = action ? { id, text, kind, action } : { id, text, kind };
    // Untracked: an effect that shows something must not run again because of what it showed.
    const others = untrack(() => this.list).filter((other) => other.text !== text);
    this.list = [...others, toast].slice(-3);
    const keep = action || kind === 'problem' ? LONGER_FOR : PLAIN_FOR;
    setTimeout(() => {
      this.drop(id);
    }, keep);
  }

  problem(error: unknown): void {
    this.show(sentenceFor(error), undefined, 'problem');
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Takes all away: the guide they were about is left. */
  clear(): void {
    this.list = [];
  }

  /** Says something to screen readers only, after what they are saying now. */
  say(text: string): void {
    // The same words twice in a row would not be heard: a no-break space makes them new.
    // Untracked: an effect that says something must not run again because it was said.
    this.said = untrack(() => this.said) === text ? `${text}\u00a0` : text;
  }
}

export const toasts = new Toasts();

/** Runs a command of a person; what goes wrong becomes a message. True when it worked. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toasts.problem(error);
    return false;
  }
}
