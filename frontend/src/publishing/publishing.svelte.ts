// What the public sees of a guide: editions, the lines of its public page, what readers reported.
import { api, ask } from '../api/client';
import type { Edition, EditionNew, Publication, PublicPagePatch, Report } from '../api/types';
import { oneAtATime } from '../lib/coalesce';

const LOOK_EVERY = 2000;

export class PublishingStore {
  known: Publication | null = $state.raw(null);
  reports: Report[] = $state.raw([]);
  private timer: ReturnType<typeof setTimeout> | null = null;

  readonly refresh = oneAtATime(async () => {
    this.known = await ask(api.GET('/api/guides/{slug}/publication', this.at));
    if (this.mayManage()) {
      this.reports = (await ask(api.GET('/api/guides/{slug}/reports', this.at))).items;
    }
    this.keepLooking();
  });

  constructor(
    readonly slug: string,
    private readonly mayManage: () => boolean,
  ) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  private of(edition_id: string) {
    return { params: { path: { slug: this.slug, edition_id } } };
  }

  get editions(): Edition[] {
    return this.known?.editions ?? [];
  }

  get shown(): Edition | undefined {
    return this.editions.find((one) => one.shown);
  }

  get running(): Edition | undefined {
    return this.editions.find((one) => one.status === 'waiting' || one.status === 'running');
  }

  /** Live messages come first; a slow clock is the floor when they do not get through. */
  private keepLooking(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.running
      ? setTimeout(() => void this.refresh().catch(() => undefined), LOOK_EVERY)
      : null;
  }

  async make(wish: EditionNew): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/editions', { ...this.at, body: wish }));
    await this.refresh();
  }

  async takeAway(id: string): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/editions/{edition_id}', this.of(id)));
    await this.refresh();
  }

  async publish(id: string): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/editions/{edition_id}/publish', this.of(id)));
    await this.refresh();
  }

  async withdraw(id: string): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/editions/{edition_id}/withdraw', this.of(id)));
    await this.refresh();
  }

  async savePage(patch: PublicPagePatch): Promise<void> {
    await ask(api.PATCH('/api/guides/{slug}/publication', { ...this.at, body: patch }));
    await this.refresh();
  }

  async decide(id: string, accept: boolean, erratum = '', make_task = true): Promise<void> {
    await ask(
      api.POST('/api/guides/{slug}/reports/{report_id}', {
        params: { path: { slug: this.slug, report_id: id } },
        body: { accept, erratum, make_task },
      }),
    );
    await this.refresh();
  }
}

/** "Edition 2: Spring", or what an edition without a number is. */
export function titleOf(edition: Edition): string {
  const numbered = edition.number === null ? '' : `Edition ${String(edition.number)}`;
  const named = [numbered, edition.name].filter(Boolean).join(': ');
  return named === '' ? 'Not published' : named;
}
