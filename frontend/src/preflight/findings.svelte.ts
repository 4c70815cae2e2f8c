// Everything there is to fix in the guide: how much, where, and what was decided about it.
import { createContext } from 'svelte';
import { api, ask } from '../api/client';
import type { CheckRun, Finding, FindingCounts, SettledTask } from '../api/types';
import { oneAtATime } from '../lib/coalesce';

/** While chapters wait to be looked at, or a check runs, one asks again after so long. */
const LOOK_EVERY = 2500;
const NOTHING: FindingCounts = { must: 0, should: 0, waved: 0 };

export class FindingsStore {
  counts: FindingCounts = $state.raw(NOTHING);
  chapters: Record<string, FindingCounts> = $state.raw({});
  /** Chapters that were changed since they were looked at. */
  waiting = $state(0);
  loaded = $state(false);
  /** The lines that are on the screen: of the whole guide, or of one chapter. */
  items: Finding[] = $state.raw([]);
  settled: SettledTask[] = $state.raw([]);
  last: CheckRun | null = $state.raw(null);
  runs: CheckRun[] = $state.raw([]);
  /** Whether `items` are there, and of what. */
  listed: string | null = $state(null);
  /** What is on the screen: a chapter, '' for the whole guide, null for none. */
  private shown: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  readonly refresh = oneAtATime(async () => {
    const shown = this.shown;
    if (shown === null) {
      this.take(await ask(api.GET('/api/guides/{slug}/findings/counts', this.at)));
    } else {
      const query = shown === '' ? {} : { chapter: shown };
      const path = { slug: this.slug };
      const found = await ask(api.GET('/api/guides/{slug}/findings', { params: { path, query } }));
      this.take(found);
      if (this.shown === shown) {
        this.items = found.items;
        this.settled = found.settled;
        this.last = found.last;
        this.listed = shown;
      }
      if (shown === '') {
        const { items } = await ask(api.GET('/api/guides/{slug}/checks', this.at));
        this.runs = items;
      }
    }
    this.keepLooking();
  });

  constructor(readonly slug: string) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }
  private one(key: string) {
    return { params: { path: { slug: this.slug, key } } };
  }

  private take(about: {
    counts: FindingCounts;
    chapters: Record<string, FindingCounts>;
    waiting: number;
  }): void {
    this.counts = about.counts;
    this.chapters = about.chapters;
    this.waiting = about.waiting;
    this.loaded = true;
  }

  get running(): CheckRun | undefined {
    return this.runs.find((run) => run.status === 'waiting' || run.status === 'running');
  }

  of(chapterId: string): FindingCounts {
    return this.chapters[chapterId] ?? NOTHING;
  }

  /** Lists what there is to fix in a chapter, or in the whole guide (''), as long as it is shown. */
  show(what: string): () => void {
    this.shown = what;
    void this.refresh().catch(() => undefined);
    return () => {
      if (this.shown === what) this.shown = null;
    };
  }

  /** Live messages come first; a slow clock is the floor when they do not get through. */
  private keepLooking(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    const look = this.shown !== null && (this.waiting > 0 || this.running !== undefined);
    this.timer = look
      ? setTimeout(() => void this.refresh().catch(() => undefined), LOOK_EVERY)
      : null;
  }

  close(): void {
    this.shown = null;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  async check(): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/checks', { ...this.at, body: { files: true } }));
    await this.refresh();
  }

  async cancel(id: string): Promise<void> {
    const params = { path: { slug: this.slug, check_id: id } };
    await ask(api.DELETE('/api/guides/{slug}/checks/{check_id}', { params }));
    await this.refresh();
  }

  async waveThrough(key: string, reason: string): Promise<void> {
    const body = { reason };
    await ask(api.PUT('/api/guides/{slug}/findings/{key}/waiver', { ...this.one(key), body }));
    await this.refresh();
  }

  async takeBack(key: string): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/findings/{key}/waiver', this.one(key)));
    await this.refresh();
  }

  async makeTask(key: string): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/findings/{key}/task', this.one(key)));
    await this.refresh();
  }
}

export const [useFindings, provideFindings] = createContext<FindingsStore>();
