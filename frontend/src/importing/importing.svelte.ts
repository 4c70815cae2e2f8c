// Bringing text in: files go up, a job reads them, chapters appear.
import { api, ask, upload } from '../api/client';
import type { ImportJob } from '../api/types';
import { Problem, sentenceFor } from '../api/problem';
import { oneAtATime } from '../lib/coalesce';

/** How often the job is asked while no live message comes through, ms. */
const LOOK_EVERY = 1500;

export class Importing {
  /** 0…1 while files are on their way; null before and after. */
  sent: number | null = $state(null);
  /** The import that runs, or my last one. */
  job: ImportJob | null = $state(null);
  trouble: string | null = $state(null);
  loaded = $state(false);
  private sending: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** Looks at the imports again; the live connection calls this, a slow clock does too. */
  readonly refresh = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/imports', this.at));
    // Whoever works on it is shown to all; how it ended, to the one who has to do something about it.
    this.job =
      items.find(({ status }) => status === 'waiting' || status === 'running') ??
      items.find(({ person_id }) => person_id === this.me) ??
      null;
    this.loaded = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.working
      ? setTimeout(() => void this.refresh().catch(() => undefined), LOOK_EVERY)
      : null;
  });

  constructor(
    private readonly slug: string,
    private readonly me: string,
  ) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  private get working(): boolean {
    return this.job?.status === 'waiting' || this.job?.status === 'running';
  }

  get busy(): boolean {
    return this.sent !== null || this.working;
  }

  async start(files: File[]): Promise<void> {
    this.trouble = null;
    this.sent = 0;
    this.sending = new AbortController();
    const form = new FormData();
    // A folder keeps its inner paths, so that pictures are found beside their text.
    for (const file of files) {
      form.append(
        'files',
        file,
        file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
      );
    }
    const url = `/api/guides/${encodeURIComponent(this.slug)}/imports`;
    try {
      await upload(url, form, (share) => (this.sent = share), this.sending.signal);
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'cancelled')) {
        this.trouble = sentenceFor(error);
      }
    } finally {
      this.sent = null;
    }
  }

  /** Ends what is going on: the sending, or the reading on the server. */
  async cancel(): Promise<void> {
    if (this.sent !== null) this.sending?.abort();
    else if (this.job !== null) {
      await ask(
        api.DELETE('/api/guides/{slug}/imports/{import_id}', {
          params: { path: { slug: this.slug, import_id: this.job.id } },
        }),
      );
      await this.refresh();
    }
  }
}
