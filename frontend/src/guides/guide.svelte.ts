// The guide that is open: its details, my role in it, and what I may do.
import { createContext } from 'svelte';
import { api, ask } from '../api/client';
import type { Ability, Countdown, Guide, GuidePatch } from '../api/types';
import { clock } from '../lib/clock.svelte';
import { oneAtATime } from '../lib/coalesce';

export class GuideStore {
  guide: Guide = $state.raw({} as Guide);

  readonly refresh = oneAtATime(async () => {
    this.guide = await ask(api.GET('/api/guides/{slug}', this.at));
  });

  private constructor(readonly slug: string) {}

  /** Loads the guide; throws the Problem of someone who has not joined it. */
  static async open(slug: string): Promise<GuideStore> {
    const store = new GuideStore(slug);
    await store.refresh();
    return store;
  }

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  get me() {
    return this.guide.me;
  }

  can(ability: Ability): boolean {
    return (this.guide.me.abilities as string[]).includes(ability);
  }

  get timeZone(): string {
    return this.guide.sprint.time_zone;
  }

  /** "Day 2 of 5", "Starts on 3 Mar" or "" when there is nothing to say. */
  get dayText(): string {
    const { day, days, starts_on } = this.guide.sprint;
    if (day != null) return `Day ${day} of ${days}`;
    if (starts_on == null) return '';
    const start = new Date(`${starts_on}T00:00:00`);
    const text = start.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    return start.getTime() > clock.now ? `Starts on ${text}` : 'The sprint is over';
  }

  async save(patch: GuidePatch): Promise<Guide> {
    this.guide = await ask(api.PATCH('/api/guides/{slug}', { ...this.at, body: patch }));
    return this.guide;
  }

  async setCountdown(countdown: Countdown): Promise<void> {
    await ask(api.PUT('/api/guides/{slug}/countdown', { ...this.at, body: countdown }));
    await this.refresh();
  }

  async endCountdown(): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/countdown', this.at));
    await this.refresh();
  }
}

export const [useGuide, provideGuide] = createContext<GuideStore>();
