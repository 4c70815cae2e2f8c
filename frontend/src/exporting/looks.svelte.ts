// How the book looks: what is kept, what somebody tries, and pages of it to look at.
import { api, ask } from '../api/client';
import type { BookDesign, DesignPreview } from '../api/types';

export type Choice = Omit<BookDesign, 'version'>;
export type Purpose = 'screen' | 'print';

export const DESIGNS = [
  { name: 'manual', label: 'Manual', what: 'To work from: numbered sections, marks at the edge.' },
  { name: 'reader', label: 'Reader', what: 'To read from front to back, in one quiet typeface.' },
  { name: 'workbook', label: 'Workbook', what: 'To write in: large heads and room for notes.' },
] as const;

export const TRIMS = [
  { name: '5.5x8.5', label: '5.5 × 8.5 in' },
  { name: 'a5', label: 'A5, 148 × 210 mm' },
  { name: '6x9', label: '6 × 9 in' },
  { name: '7x10', label: '7 × 10 in' },
  { name: 'letter', label: 'US Letter, 8.5 × 11 in' },
  { name: 'a4', label: 'A4, 210 × 297 mm' },
] as const;

export const TYPEFACES = [
  { name: '', label: 'The design’s own' },
  { name: 'source', label: 'Source Serif & Sans' },
  { name: 'garamond', label: 'EB Garamond' },
  { name: 'franklin', label: 'Libre Franklin, without serifs' },
] as const;

/** What a page shows, as a caption. */
export const SHOWS: Record<DesignPreview['pages'][number]['shows'], string> = {
  title: 'Title page',
  contents: 'Contents',
  opening: 'A chapter begins',
  text: 'Text',
  figure: 'A picture',
  table: 'A table',
};

export class LooksStore {
  kept: BookDesign | null = $state.raw(null);
  preview: DesignPreview | null = $state.raw(null);
  looking = $state(false);
  private asked: AbortController | null = null;

  constructor(readonly slug: string) {}

  async refresh(): Promise<void> {
    this.kept = await ask(
      api.GET('/api/guides/{slug}/design', { params: { path: { slug: this.slug } } }),
    );
  }

  async save(choice: Choice): Promise<void> {
    this.kept = await ask(
      api.PATCH('/api/guides/{slug}/design', {
        params: { path: { slug: this.slug } },
        body: { ...choice, seen_version: this.kept?.version ?? 0 },
      }),
    );
  }

  /** Pages in these looks. What was asked before and has not come is not waited for any more. */
  async look(choice: Choice, purpose: Purpose): Promise<void> {
    this.asked?.abort();
    const mine = (this.asked = new AbortController());
    this.looking = true;
    try {
      const query = { ...choice, purpose };
      const seen = await ask(
        api.GET('/api/guides/{slug}/design/preview', {
          params: { path: { slug: this.slug }, query },
          signal: mine.signal,
        }),
      );
      if (!mine.signal.aborted) this.preview = seen;
    } catch (error) {
      if (!mine.signal.aborted) throw error;
    } finally {
      if (this.asked === mine) this.looking = false;
    }
  }

  stop(): void {
    this.asked?.abort();
  }
}

/** The choice alone, without what only the server says. */
export function chosen(design: BookDesign): Choice {
  const { name, trim, typeface, colour, accent, paper, qr } = design;
  return { name, trim, typeface, colour, accent, paper, qr };
}

/** Which of two looks differ in what. */
export function differs(one: Choice, other: Choice): boolean {
  return (Object.keys(one) as (keyof Choice)[]).some((key) => one[key] !== other[key]);
}
