// Asks a person which of two values stays; ui/ClashDialog shows it.
import type { Choice, Clash } from '../lib/conflict';

interface Question extends Clash<string> {
  what: string;
  answer: (choice: Choice) => void;
}

class Clashes {
  question: Question | null = $state(null);

  /** Opens the dialog; a second clash waits for the first. */
  async choose(what: string, clash: Clash<string>): Promise<Choice> {
    while (this.question) await this.wait();
    return new Promise((resolve) => {
      this.question = {
        ...clash,
        what,
        answer: (choice) => {
          this.question = null;
          for (const go of this.waiting.splice(0)) go();
          resolve(choice);
        },
      };
    });
  }

  private readonly waiting: (() => void)[] = [];
  private wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

export const clashes = new Clashes();
