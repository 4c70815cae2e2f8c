// The people of a guide: who they are, who is here, and which chapter they have open.
import { createContext } from 'svelte';
import { ask, api } from '../api/client';
import type { Claim, Person, Role } from '../api/types';
import { oneAtATime } from '../lib/coalesce';
import type { Presence } from '../lib/live';

const NOBODY = { id: '', name: 'Somebody who left', colour: '#888888' };

export class PeopleStore {
  list: Person[] = $state([]);
  claims: Claim[] = $state([]);
  private presence: Presence | null = $state(null);
  private readonly byId = $derived(new Map(this.list.map((person) => [person.id, person])));
  private readonly places = $derived.by(() => this.readPlaces());

  readonly refresh = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/people', this.at));
    this.list = items;
  });
  /** Only for people who may confirm them. */
  readonly refreshClaims = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/claims', this.at));
    this.claims = items;
  });

  constructor(
    readonly slug: string,
    readonly me: string,
  ) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  /** The person with this id; somebody nameless when they have left the guide. */
  get(id: string): { id: string; name: string; colour: string } {
    return this.byId.get(id) ?? { ...NOBODY, id };
  }

  find(id: string): Person | undefined {
    return this.byId.get(id);
  }

  isOnline(id: string): boolean {
    return this.presence?.online.includes(id) ?? id === this.me;
  }

  /** The chapter somebody has open now. */
  whereIs(id: string): string | null {
    return this.places.get(id) ?? null;
  }

  inChapter(chapterId: string): Person[] {
    return this.list.filter((person) => this.places.get(person.id) === chapterId);
  }

  get online(): Person[] {
    return this.list.filter((person) => this.isOnline(person.id));
  }

  seen(presence: Presence): void {
    this.presence = presence;
  }

  private readPlaces(): Map<string, string> {
    const places = Object.entries(this.presence?.chapters ?? {}).flatMap(([chapter, people]) =>
      people.map((person): [string, string] => [person, chapter]),
    );
    return new Map(places);
  }

  async setRole(id: string, role: Role): Promise<void> {
    await ask(
      api.PATCH('/api/guides/{slug}/people/{person_id}', {
        params: { path: { slug: this.slug, person_id: id } },
        body: { role },
      }),
    );
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    await ask(
      api.DELETE('/api/guides/{slug}/people/{person_id}', {
        params: { path: { slug: this.slug, person_id: id } },
      }),
    );
    await this.refresh();
  }

  /** Says whether the person asking on another device is who they claim to be. */
  async answerClaim(id: string, confirm: boolean): Promise<void> {
    this.claims = this.claims.filter((claim) => claim.id !== id);
    await ask(
      api.POST('/api/guides/{slug}/claims/{claim_id}', {
        params: { path: { slug: this.slug, claim_id: id } },
        body: { confirm },
      }),
    );
  }
}

export const [usePeople, providePeople] = createContext<PeopleStore>();
