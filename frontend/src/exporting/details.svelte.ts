// What the book says about itself to bookshops, libraries and printers.
import { api, ask } from '../api/client';
import type { BookDetails, BookDetailsPatch } from '../api/types';

export class DetailsStore {
  kept: BookDetails | null = $state.raw(null);

  constructor(readonly slug: string) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }

  async refresh(): Promise<void> {
    this.kept = await ask(api.GET('/api/guides/{slug}/details', this.at));
  }

  async save(patch: BookDetailsPatch): Promise<void> {
    this.kept = await ask(api.PATCH('/api/guides/{slug}/details', { ...this.at, body: patch }));
  }
}

export const AUDIENCES = [
  { code: 'general', name: 'Everybody' },
  { code: 'young_adult', name: 'Young people' },
  { code: 'children', name: 'Children' },
  { code: 'professional', name: 'People of a trade or profession' },
  { code: 'academic', name: 'Students and researchers' },
  { code: 'adult_learning', name: 'Adults who learn' },
] as const;

/** "a, b; c" → ["a", "b", "c"] */
export function listed(text: string): string[] {
  return text
    .split(/[,;\n]/u)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
