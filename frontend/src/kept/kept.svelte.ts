// Words of mine that are not in their chapter: kept on this device until I have them in hand.
import { createContext } from 'svelte';
import { type RecoveredCopy, discardRecovered, listRecovered } from '../sync/recovered';

export class KeptWords {
  list: RecoveredCopy[] = $state.raw([]);
  /** Those I have copied or downloaded; they stay in sight until I close them. */
  private inHand: string[] = $state.raw([]);

  constructor(private readonly personId: string) {}

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

  add(copy: RecoveredCopy): void {
    const others = this.list.filter(({ id }) => id !== copy.id);
    this.list = [...others, copy].sort((a, b) => b.at - a.at);
  }

  took(id: string): void {
    this.inHand = [...this.inHand, id];
  }

  async discard(id: string): Promise<void> {
    await discardRecovered(id);
    this.list = this.list.filter((copy) => copy.id !== id);
  }
}

export const [useKept, provideKept] = createContext<KeptWords>();
