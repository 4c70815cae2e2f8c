// Making the book: jobs that turn the guide into files.
import { api, ask } from '../api/client';
import type { ExportJob, PrintWish } from '../api/types';
import { oneAtATime } from '../lib/coalesce';
import type { Format } from './formats';

const LOOK_EVERY = 2000;

export class ExportsStore {
  list: ExportJob[] = $state.raw([]);
  loaded = $state(false);
  private timer: ReturnType<typeof setTimeout> | null = null;

  readonly refresh = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/exports', this.at));
    this.list = [...items].sort((a, b) => b.created_at.localeCompare(a.created_at));
    this.loaded = true;
    this.keepLooking();
  });

  constructor(readonly slug: string) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  get running(): ExportJob | undefined {
    return this.list.find((job) => job.status === 'waiting' || job.status === 'running');
  }

  /** Live messages come first; a slow clock is the floor when they do not get through. */
  private keepLooking(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.running
      ? setTimeout(() => void this.refresh().catch(() => undefined), LOOK_EVERY)
      : null;
  }

  async start(formats: Format[], print: PrintWish = {}): Promise<void> {
    const body = { formats, ...print };
    await ask(api.POST('/api/guides/{slug}/exports', { ...this.at, body }));
    await this.refresh();
  }

  async cancel(id: string): Promise<void> {
    await ask(
      api.DELETE('/api/guides/{slug}/exports/{export_id}', {
        params: { path: { slug: this.slug, export_id: id } },
      }),
    );
    await this.refresh();
  }
}
