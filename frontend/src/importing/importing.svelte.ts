// Bringing text in: files go up, a job reads them, chapters appear.
import { api, ask, upload } from '../api/client';
import type { ImportJob } from '../api/types';
import { Problem, sentenceFor } from '../api/problem';

/** How often the job is asked while no live message comes through, ms. */
const LOOK_EVERY = 1500;

export class Importing {
  /** 0…1 while files are on their way; null before and after. */
  sent: number | null = $state(null);
  job: ImportJob | null = $state(null);
  trouble: string | null = $state(null);
  private cancel: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly slug: string) {}

  get busy(): boolean {
    return this.sent !== null || this.job?.status === 'waiting' || this.job?.status === 'running';
  }

  async start(files: File[]): Promise<void> {
    this.job = null;
    this.trouble = null;
    this.sent = 0;
    this.cancel = new AbortController();
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
      const started = await upload<{ id: string }>(
        url,
        form,
        (share) => (this.sent = share),
        this.cancel.signal,
      );
      this.sent = null;
      await this.look(started.id);
    } catch (error) {
      this.sent = null;
      if (!(error instanceof Problem && error.code === 'cancelled')) {
        this.trouble = sentenceFor(error);
      }
    }
  }

  stop(): void {
    this.cancel?.abort();
  }

  /** Looks at the job again; the live connection calls this, a slow clock does too. */
  async look(id: string | undefined = this.job?.id): Promise<void> {
    if (id === undefined) return;
    if (this.timer !== null) clearTimeout(this.timer);
    try {
      this.job = await ask(
        api.GET('/api/guides/{slug}/imports/{import_id}', {
          params: { path: { slug: this.slug, import_id: id } },
        }),
      );
    } catch (error) {
      if (error instanceof Problem && error.status !== 0) {
        this.trouble = error.message;
        return;
      }
    }
    if (this.job === null || this.busy) {
      this.timer = setTimeout(() => void this.look(id), LOOK_EVERY);
    }
  }
}
