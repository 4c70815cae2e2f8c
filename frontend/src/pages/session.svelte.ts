// An open guide: its stores, and the live connection that keeps them true.
import { Problem } from '../api/problem';
import type { Guide } from '../api/types';
import { ChaptersStore, type Field } from '../chapters/chapters.svelte';
import { ExportsStore } from '../exporting/exporting.svelte';
import { GuideStore } from '../guides/guide.svelte';
import { Importing } from '../importing/importing.svelte';
import { KeptWords } from '../kept/kept.svelte';
import { rescuedIn } from '../kept/rescued';
import { clock } from '../lib/clock.svelte';
import { Live, type Notice, type Topic } from '../lib/live';
import { paths, router } from '../lib/router.svelte';
import { onceKept } from '../offline/register';
import { type SaveState, worst } from '../lib/saveState';
import { PeopleStore } from '../people/people.svelte';
import { FindingsStore } from '../preflight/findings.svelte';
import { PublishingStore } from '../publishing/publishing.svelte';
import type { RecoveredCopy } from '../sync/recovered';
import { TasksStore } from '../tasks/tasks.svelte';
import { clashes } from '../ui/clash.svelte';
import { toasts } from '../ui/toasts.svelte';
import type { Side } from './sides';

const WHAT: Record<Field | 'place', string> = {
  title: 'title',
  brief: 'what the chapter is for',
  target_words: 'length',
  status: 'status',
  place: 'place',
};

const PAGE_FIRST_MS = 2_000;

export class Session {
  readonly people: PeopleStore;
  readonly chapters: ChaptersStore;
  readonly tasks: TasksStore;
  readonly exports: ExportsStore;
  readonly publishing: PublishingStore;
  readonly findings: FindingsStore;
  readonly importing: Importing;
  readonly kept: KeptWords;
  /** What the open chapter says about its text; null when none is open. */
  saveState: SaveState | null = $state(null);
  /** The same about chapters that are not open; null when the server has all of them. */
  unsent: SaveState | null = $state(null);
  /** What is open beside the chapter. */
  side: Side | null = $state(null);
  /** Whether the live connection stands. */
  connected = $state(true);
  /** Why this session is over, when it is. */
  ended: string | null = $state(null);
  private readonly live: Live;
  private stopListening: () => void = () => undefined;
  private closed = false;
  private lookForWords: () => void = () => undefined;

  /** What is said about one's words, wherever they are: the worst that is true. */
  get told(): SaveState | null {
    const open = this.guide.can('write') ? this.saveState : null;
    const of = [open, this.unsent, this.kept.waiting ? ('not-saved' as const) : null];
    return worst(of);
  }

  private constructor(readonly guide: GuideStore) {
    const { slug } = guide;
    this.people = new PeopleStore(slug, guide.me.person.id);
    this.chapters = new ChaptersStore(slug, (what, clash) => clashes.choose(WHAT[what], clash));
    this.tasks = new TasksStore(slug);
    this.exports = new ExportsStore(slug);
    this.publishing = new PublishingStore(slug, () => guide.can('manage'));
    this.findings = new FindingsStore(slug);
    this.importing = new Importing(slug, guide.me.person.id);
    this.kept = new KeptWords(guide.me.person.id, rescuedIn(slug, guide.me.person.id));
    this.live = new Live(liveUrl(slug), {
      changed: (topics) => void this.refetch(topics),
      presence: (presence) => {
        this.people.seen(presence);
      },
      notice: (notice) => {
        this.notice(notice);
      },
      hello: (now) => {
        clock.set(now);
      },
      bye: (reason) => {
        this.end(reason);
      },
      doubt: () => void this.check(),
      connected: (yes) => (this.connected = yes),
    });
  }

  /** Opens a guide; throws the Problem of someone who is not in it. */
  static async open(slug: string): Promise<Session> {
    const session = new Session(await GuideStore.open(slug));
    await Promise.all([
      session.people.refresh(),
      session.chapters.refresh(),
      session.tasks.refresh(),
      session.refreshClaims(),
    ]);
    session.live.start();
    // How much there is to fix is not what one waits for.
    void session.findings.refresh().catch(() => undefined);
    void session.sendLeftWords();
    onceKept(() => void session.refetch(['guide', 'people', 'chapters', 'tasks', 'claims']));
    return session;
  }

  close(): void {
    this.closed = true;
    toasts.clear();
    this.findings.close();
    this.live.stop();
    this.stopListening();
  }

  /** Words that an earlier visit left on this device go out, whatever page is open. */
  private async sendLeftWords(): Promise<void> {
    const { slug } = this.guide;
    const { courierFor } = await import('../sync/courier');
    const { probe } = await import('../editor/probe');
    if (this.closed) return; // who listens now would never stop
    const courier = courierFor(this.people.me);
    const chapterOf = (documentId: string) =>
      this.chapters.list.find((chapter) => chapter.document_id === documentId);
    const off = [
      courier.on('waiting', (state) => (this.unsent = state)),
      courier.on('recovered', (copy) => this.keep(copy)),
    ];
    this.stopListening = () => off.forEach((stop) => stop());
    this.unsent = courier.waiting;
    await this.kept.load();
    if (this.closed) return;
    void this.lookForRescued();
    this.lookForWords = () => {
      courier.look(
        (id) => {
          const chapter = chapterOf(id);
          return chapter ? () => probe(slug, chapter.id, id) : undefined;
        },
        (chapter) => this.documentOf(chapter),
      );
    };
    this.lookForWords();
  }

  /** The document a chapter (`guide/chapter`) has now; see `Current`. */
  private async documentOf(chapter: string): Promise<string | null | undefined> {
    const [slug, id = ''] = chapter.split('/');
    if (slug !== this.guide.slug) return undefined;
    const listed = () => this.chapters.find(id)?.document_id;
    if (listed() === undefined) {
      await this.chapters.refresh();
      await this.chapters.refreshBin();
    }
    const binned = this.chapters.bin.find((one) => one.id === id);
    return listed() ?? binned?.document_id ?? null;
  }

  /** Another document for the same chapter: a backup was restored. */
  private async refreshChapters(): Promise<void> {
    const before = new Map(this.chapters.list.map((one) => [one.id, one.document_id]));
    await this.chapters.refresh();
    const now = this.chapters.list;
    const restored = now.some((c) => (before.get(c.id) ?? c.document_id) !== c.document_id);
    if (restored) this.lookForWords();
  }

  /** Words that somebody took away unseen. An open page gives them back by itself: that comes first. */
  private async lookForRescued(): Promise<void> {
    await new Promise((later) => setTimeout(later, PAGE_FIRST_MS));
    if (this.closed) return;
    const found = await this.kept.refresh().catch(() => []);
    for (const copy of found) this.tell(copy);
  }

  /** Words of a chapter that is not open did not get into it. */
  private keep(copy: RecoveredCopy): void {
    this.kept.add(copy);
    this.tell(copy);
  }

  private tell(copy: RecoveredCopy): void {
    toasts.show(`Some of your words for “${copy.title}” are kept for you. ${copy.reason}`);
  }

  private end(reason: string): void {
    this.close();
    this.ended = reason === '' ? 'This device is no longer signed in to the guide.' : reason;
  }

  /** A refused connection may mean that one may no longer listen; the guide itself says so. */
  private async check(): Promise<void> {
    try {
      await this.guide.refresh();
    } catch (error) {
      if (error instanceof Problem && [401, 403, 404].includes(error.status)) {
        this.end(error.message);
      }
    }
  }

  private async refreshClaims(): Promise<void> {
    // Not the facilitator alone: one's own other device is asked too.
    await this.people.refreshClaims();
  }

  private async refetch(topics: Topic[]): Promise<void> {
    const wants = (...some: Topic[]) => some.some((topic) => topics.includes(topic));
    const work: Promise<unknown>[] = [];
    // My own role is part of the guide, and it changes with the people.
    if (wants('guide', 'sprint', 'people')) work.push(this.guide.refresh());
    if (wants('people')) work.push(this.people.refresh());
    if (wants('chapters', 'bin')) work.push(this.refreshChapters());
    if (wants('bin') && this.chapters.bin.length > 0) work.push(this.chapters.refreshBin());
    if (wants('tasks')) work.push(this.tasks.refresh());
    if (wants('findings', 'chapters', 'tasks', 'guide', 'claims', 'bin') && this.findings.loaded) {
      work.push(this.findings.refresh());
    }
    if (wants('kept')) work.push(this.lookForRescued());
    if (wants('claims')) work.push(this.refreshClaims());
    if (wants('exports') && this.exports.loaded) work.push(this.exports.refresh());
    if (wants('editions') && this.publishing.known) work.push(this.publishing.refresh());
    if (wants('imports') && this.importing.loaded) work.push(this.importing.refresh());
    // A refetch that fails is made up for at the next connection, which refetches everything.
    await Promise.allSettled(work);
  }

  private notice(notice: Notice): void {
    if (notice.to !== null && notice.to !== this.people.me) return;
    if (notice.by === this.people.me) return;
    const chapter = notice.chapter_id;
    const open = () => {
      if (chapter != null) router.go(paths.chapter(this.guide.slug, chapter));
    };
    toasts.show(notice.text, chapter == null ? undefined : { label: 'Open', act: open });
  }
}

function liveUrl(slug: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/api/guides/${encodeURIComponent(slug)}/live`;
}

/** The colour of the guide, for everything on the page. */
export function applyAccent(guide: Guide): () => void {
  const root = document.documentElement;
  if (/^#[0-9a-f]{6}$/iu.test(guide.accent)) {
    root.style.setProperty('--guide-accent', guide.accent);
  }
  return () => root.style.removeProperty('--guide-accent');
}
