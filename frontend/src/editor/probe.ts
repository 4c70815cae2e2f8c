// Why a chapter's socket does not open: a browser is not told, so the API is asked.

interface Listed {
  items?: { document_id?: string }[];
}

/** The code of a reason that will not go away by itself; null when there is none to be seen. */
export async function probe(
  slug: string,
  documentId: string,
): Promise<'signed-out' | 'gone' | null> {
  const me = await json<{ person: unknown }>('/api/me');
  if (me === null) return null; // no network, or somebody else's page in between
  if (me.value.person === null) return 'signed-out';
  const chapters = await json<Listed>(`/api/guides/${encodeURIComponent(slug)}/chapters`);
  if (chapters === null) return null;
  if (chapters.status === 403 || chapters.status === 404) return 'gone';
  const listed = chapters.value.items;
  return listed && !listed.some((one) => one.document_id === documentId) ? 'gone' : null;
}

async function json<T>(url: string): Promise<{ status: number; value: T } | null> {
  const answer = await fetch(url, { headers: { accept: 'application/json' }, cache: 'no-store' });
  const type = answer.headers.get('content-type') ?? '';
  if (!type.includes('json') || answer.status >= 500) return null;
  return { status: answer.status, value: (await answer.json()) as T };
}
