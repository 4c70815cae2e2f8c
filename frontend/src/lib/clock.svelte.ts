// One clock for everybody: the server's, ticking once a second while somebody looks.
import { createSubscriber } from 'svelte/reactivity';

class Clock {
  private offset = $state(0);
  private readonly ticking = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => {
      clearInterval(timer);
    };
  });

  /** Milliseconds since 1970 on the server's clock; reading it in an effect ticks every second. */
  get now(): number {
    this.ticking();
    return Date.now() + this.offset;
  }

  /** `serverNow` is an ISO time that was true a moment ago. */
  set(serverNow: string): void {
    const at = Date.parse(serverNow);
    if (!Number.isNaN(at)) this.offset = at - Date.now();
  }
}

export const clock = new Clock();
