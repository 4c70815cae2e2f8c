// The chapters of a guide, their parts and the bin: what is there, and every command on them.
import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { api, ask } from '../api/client';
import { Problem } from '../api/problem';
import type { BinnedChapter, Chapter, ChapterPatch, Heading, Part } from '../api/types';
import { oneAtATime } from '../lib/coalesce';
import { type Choice, type Clash, saveOrChoose } from '../lib/conflict';
import { groups, type Place } from './ordering';
import { statusName } from './status';

export type Field = 'title' | 'brief' | 'target_words' | 'status';
type Ask = (what: Field | 'place', clash: Clash<string>) => Promise<Choice>;

export class ChaptersStore {
  list: Chapter[] = $state.raw([]);
  parts: Part[] = $state.raw([]);
  bin: BinnedChapter[] = $state.raw([]);
  loaded = $state(false);
  /** Briefs that are being written, by chapter: they outlive a look at another chapter. */
  readonly drafts = new SvelteMap<string, { text: string; seen: number }>();
  readonly groups = $derived(groups(this.list, this.parts));
  readonly words = $derived(this.list.reduce((sum, c) => sum + c.words, 0));
  readonly target = $derived(this.list.reduce((sum, c) => sum + (c.target_words ?? 0), 0));

  readonly refresh = oneAtATime(async () => {
    this.show(await ask(api.GET('/api/guides/{slug}/chapters', this.at)));
  });
  readonly refreshBin = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/bin', this.at));
    this.bin = items;
  });

  constructor(
    readonly slug: string,
    /** Shows two values and lets the person choose. */
    private readonly choose: Ask,
  ) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }
  private one(chapter_id: string) {
    return { params: { path: { slug: this.slug, chapter_id } } };
  }
  private part(part_id: string) {
    return { params: { path: { slug: this.slug, part_id } } };
  }

  find(id: string): Chapter | undefined {
    return this.list.find((chapter) => chapter.id === id);
  }

  title(id: string): string {
    return this.find(id)?.title ?? 'a chapter that is gone';
  }

  /** The chapters somebody is in charge of or assigned to. */
  of(personId: string): Chapter[] {
    return this.list.filter((c) => c.lead === personId || c.assignees.includes(personId));
  }

  private show(all: { items: Chapter[]; parts: Part[] }): void {
    this.list = [...all.items].sort((a, b) => a.position - b.position);
    this.parts = [...all.parts].sort((a, b) => a.position - b.position);
    this.loaded = true;
  }

  private put(chapter: Chapter): void {
    this.list = this.list.map((c) => (c.id === chapter.id ? chapter : c));
  }

  async create(title: string, partId: string | null = null, brief = ''): Promise<Chapter> {
    const body = { title, part_id: partId, brief };
    const chapter = await ask(api.POST('/api/guides/{slug}/chapters', { ...this.at, body }));
    await this.refresh();
    return chapter;
  }

  /** Saves one field; `seen` is the version on screen when the change began. Asks on a clash. */
  async edit<F extends Field>(
    id: string,
    field: F,
    value: NonNullable<ChapterPatch[F]> | null,
    seen: number,
  ): Promise<void> {
    const at = this.one(id);
    const chapter = await saveOrChoose({
      value: value as string | number | null,
      seen,
      save: (v, seen_version) =>
        ask(
          api.PATCH('/api/guides/{slug}/chapters/{chapter_id}', {
            ...at,
            body: { [field]: v, seen_version },
          }),
        ),
      look: async () => {
        const now = await this.look(id);
        return { now, value: now[field], version: now.version };
      },
      choose: (clash) => this.choose(field, inWords(field, clash)),
    });
    this.put(chapter);
  }

  /** Puts a chapter somewhere else; asks when somebody moved it since version `seen`. */
  async move(id: string, place: Place, seen: number): Promise<void> {
    const at = this.one(id);
    await saveOrChoose<unknown, string>({
      value: this.placeText(place),
      seen,
      save: async (_, seen_version) => {
        this.show(
          await ask(
            api.POST('/api/guides/{slug}/chapters/{chapter_id}/move', {
              ...at,
              body: { ...place, seen_version },
            }),
          ),
        );
      },
      look: async () => {
        const now = await this.look(id);
        const next = this.list[now.position + 1];
        const before_id = next?.part_id === now.part_id ? (next?.id ?? null) : null;
        const value = this.placeText({ part_id: now.part_id, before_id });
        return { now, value, version: now.version };
      },
      choose: (clash) => this.choose('place', clash),
    });
  }

  /** The chapter as it stands on the server now. */
  private async look(id: string): Promise<Chapter> {
    await this.refresh();
    const now = this.find(id);
    if (!now) throw new Problem(404, 'gone', 'This chapter is in the bin now.');
    return now;
  }

  private placeText({ part_id, before_id }: { part_id?: string | null; before_id: string | null }) {
    const part = this.parts.find((p) => p.id === part_id)?.title ?? 'before the first part';
    return before_id === null ? part : `${part}, before “${this.title(before_id)}”`;
  }

  async setLead(id: string, personId: string | null): Promise<void> {
    const body = { person_id: personId };
    this.put(
      await ask(
        api.PUT('/api/guides/{slug}/chapters/{chapter_id}/lead', { ...this.one(id), body }),
      ),
    );
  }

  async assign(id: string, person_id: string): Promise<void> {
    const at = { params: { path: { slug: this.slug, chapter_id: id, person_id } } };
    this.put(
      await ask(api.PUT('/api/guides/{slug}/chapters/{chapter_id}/assignees/{person_id}', at)),
    );
  }

  async unassign(id: string, person_id: string): Promise<void> {
    const at = { params: { path: { slug: this.slug, chapter_id: id, person_id } } };
    this.put(
      await ask(api.DELETE('/api/guides/{slug}/chapters/{chapter_id}/assignees/{person_id}', at)),
    );
  }

  async remove(id: string): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/chapters/{chapter_id}', this.one(id)));
    await this.refresh();
  }

  async restore(id: string): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/bin/{chapter_id}/restore', this.one(id)));
    await Promise.all([this.refresh(), this.refreshBin()]);
  }

  /** Closes a chapter for changes, or opens it again. */
  async freeze(id: string, yes: boolean): Promise<void> {
    const path = '/api/guides/{slug}/chapters/{chapter_id}/freeze';
    const at = this.one(id);
    this.put(await ask(yes ? api.PUT(path, at) : api.DELETE(path, at)));
  }

  /** Closes all chapters for changes, or opens them again. */
  async freezeAll(yes: boolean): Promise<void> {
    const path = '/api/guides/{slug}/freeze';
    this.show(await ask(yes ? api.PUT(path, this.at) : api.DELETE(path, this.at)));
  }

  async outline(id: string): Promise<Heading[]> {
    const at = this.one(id);
    return (await ask(api.GET('/api/guides/{slug}/chapters/{chapter_id}/outline', at))).items;
  }

  /** Everything from block `index` on becomes a chapter of its own. */
  async split(id: string, index: number, title: string): Promise<Chapter> {
    const body = { at: index, title };
    const chapter = await ask(
      api.POST('/api/guides/{slug}/chapters/{chapter_id}/split', { ...this.one(id), body }),
    );
    await this.refresh();
    return chapter;
  }

  /** Appends a chapter's text to another; the emptied one goes to the bin. */
  async merge(id: string, into: string): Promise<Chapter> {
    const body = { into };
    const chapter = await ask(
      api.POST('/api/guides/{slug}/chapters/{chapter_id}/merge', { ...this.one(id), body }),
    );
    await this.refresh();
    return chapter;
  }

  async createPart(title: string): Promise<Part> {
    const part = await ask(api.POST('/api/guides/{slug}/parts', { ...this.at, body: { title } }));
    await this.refresh();
    return part;
  }

  async renamePart(id: string, title: string): Promise<void> {
    await ask(
      api.PATCH('/api/guides/{slug}/parts/{part_id}', { ...this.part(id), body: { title } }),
    );
    await this.refresh();
  }

  async movePart(id: string, beforeId: string | null): Promise<void> {
    const body = { before_id: beforeId };
    await ask(api.POST('/api/guides/{slug}/parts/{part_id}/move', { ...this.part(id), body }));
    await this.refresh();
  }

  async removePart(id: string): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/parts/{part_id}', this.part(id)));
    await this.refresh();
  }
}

function inWords(field: Field, clash: Clash<string | number | null>): Clash<string> {
  const words = (value: string | number | null) =>
    field === 'status' ? statusName(String(value)) : String(value ?? '');
  return { ...clash, theirs: words(clash.theirs), mine: words(clash.mine) };
}

export const [useChapters, provideChapters] = createContext<ChaptersStore>();
