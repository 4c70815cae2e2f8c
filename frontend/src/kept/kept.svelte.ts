// Words of mine that are not in their chapter: kept on this device, or by the server, until I have
// them in hand.
import { createContext } from 'svelte';
import { Problem, sentenceFor } from '../api/problem';
import { type RecoveredCopy, discardRecovered, listRecovered } from '../sync/recovered';
import { toasts } from '../ui/toasts.svelte';
import { holds, isRescued, type Rescued } from './rescued';

export class KeptWords {
  list: RecoveredCopy[] = $state.raw([]);
  /** Those I have copied or downloaded; they stay in sight until I close them. */
  private inHand: string[] = $state.raw([]);

  /** What this page has given back since it was opened, also when I am done with it. */
  private given: RecoveredCopy[] = [];
  /** Those of the server's that I am done with: an older answer may still bring them. */
  private readonly done = new Set<string>();

  constructor(
    private readonly personId: string,
    private readonly rescued: Rescued,
  ) {}

  /** Whether there are words that I have not dealt with. */
  get waiting(): boolean {
    return this.list.some(({ id }) => !this.inHand.includes(id));
  }

  of(documentId: string): RecoveredCopy[] {
    return this.list.filter(({ copy }) => copy === `${this.personId}/${documentId}`);
  }

  /** Looks what earlier visits have left. */
  async load(): Promise<void> {
    for (const copy of await listRecovered(this.personId)) this.add(copy);
  }

  /** Looks what the server keeps for me; what is new and was not given back here already. */
  async refresh(): Promise<RecoveredCopy[]> {
    const all = (await this.rescued.list()).filter(({ id }) => !this.done.has(id));
    const there = new Set(all.map(({ id }) => id));
    // On another device I may have dealt with some.
    this.list = this.list.filter((copy) => !isRescued(copy) || there.has(copy.id));
    const fresh = all.filter((copy) => !this.list.some(({ id }) => id === copy.id));
    for (const copy of fresh) this.add(copy);
    return fresh.filter((copy) => this.list.includes(copy));
  }

  add(copy: RecoveredCopy): void {
    if (!isRescued(copy)) this.given.push(copy);
    const others = this.list.filter(({ id }) => id !== copy.id);
    const all = [...others, copy].sort((a, b) => b.at - a.at);
    const twice = all.filter((one) => isRescued(one) && this.given.some((it) => holds(it, one)));
    this.list = all.filter((one) => !twice.includes(one));
    for (const one of twice) void this.rescued.giveUp(one).catch(() => undefined);
  }

  took(id: string): void {
    this.inHand = [...this.inHand, id];
  }

  async discard(id: string): Promise<void> {
    const copy = this.list.find((one) => one.id === id);
    if (copy && isRescued(copy)) {
      try {
        await this.rescued.giveUp(copy);
      } catch (error) {
        if (!(error instanceof Problem && error.status === 404)) {
          toasts.show(sentenceFor(error));
          return;
        }
      }
      this.done.add(id);
    } else {
      await discardRecovered(id);
    }
    this.list = this.list.filter((copy) => copy.id !== id);
  }
}

export const [useKept, provideKept] = createContext<KeptWords>();
