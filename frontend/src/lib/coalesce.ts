// Turns a burst of "this changed" into one refetch per topic.

/** Collects topics for `wait` ms, then hands over each once. */
export class Coalescer<T> {
  private readonly pending = new Set<T>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly flush: (topics: T[]) => void,
    private readonly wait = 100,
  ) {}

  add(topic: T): void {
    this.pending.add(topic);
    this.timer ??= setTimeout(() => {
      this.now();
    }, this.wait);
  }

  now(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const topics = [...this.pending];
    this.pending.clear();
    if (topics.length > 0) this.flush(topics);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.pending.clear();
  }
}

/** Runs one load at a time; asked again meanwhile, it runs once more afterwards and no oftener. */
export function oneAtATime(load: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await load();
    } while (again);
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = run().finally(() => {
      running = null;
    });
    return running;
  };
}
