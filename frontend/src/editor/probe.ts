// Why a chapter's socket does not open: a browser is not told, so the API is asked.

import type { Closed } from '../sync/chapter';

interface Listed {
  items?: { id?: string; document_id?: string }[];
}

/** The code of a reason that will not go away by itself; null when there is none to be seen. */
export async function probe(
  slug: string,
  chapterId: string,
  documentId: string,
): Promise<Closed | null> {
  const me = await json<{ person: unknown }>('/api/me');
  if (me === null) return null; // no network, or somebody else's page in between
  if (me.value.person === null) return 'signed-out';
  const chapters = await json<Listed>(`/api/guides/${encodeURIComponent(slug)}/chapters`);
  if (chapters === null) return null;
  if (chapters.status === 403 || chapters.status === 404) return 'gone';
  const listed = chapters.value.items;
  if (!listed || listed.some((one) => one.document_id === documentId)) return null;
  if (listed.some((one) => one.id === chapterId)) return 'restored';
  const bin = await json<Listed>(`/api/guides/${encodeURIComponent(slug)}/bin`);
  if (!bin?.value.items) return null;
  // Nothing ever leaves the bin for good: what is not there either is newer than the backup.
  return bin.value.items.some((one) => one.id === chapterId) ? 'gone' : 'restored';
}

async function json<T>(url: string): Promise<{ status: number; value: T } | null> {
  const answer = await fetch(url, { headers: { accept: 'application/json' }, cache: 'no-store' });
  const type = answer.headers.get('content-type') ?? '';
  if (!type.includes('json') || answer.status >= 500) return null;
  return { status: answer.status, value: (await answer.json()) as T };
}
