// Recovered copies: words the server would not take, kept on this device as plain text until the
// person has copied, downloaded or given them up. They are never merged into a chapter blindly.
import * as Y from 'yjs';
import { type RecoveredRow, fetchAll, open, transact } from './database';

export type RecoveredCopy = RecoveredRow;
/** The root under which a chapter's text lives in its Yjs document. */
export const ROOT = 'content';

/**
 * The paragraphs that hold words the server does not have, whole and in reading order.
 * @param known what the server has: client id → next clock
 */
export function unsentText(doc: Y.Doc, known: Map<number, number>): string {
  const fresh = new Set<unknown>(); // the Y.XmlText objects with unsent words
  for (const [client, structs] of doc.store.clients) {
    const from = known.get(client) ?? 0;
    for (const struct of structs) {
      if (struct.id.clock + struct.length <= from || !(struct instanceof Y.Item)) continue;
      if (!struct.deleted && struct.content instanceof Y.ContentString) fresh.add(struct.parent);
    }
  }
  if (fresh.size === 0) return '';
  return paragraphs(doc.getXmlFragment(ROOT), fresh).join('\n\n');
}

function paragraphs(parent: Y.XmlFragment, fresh: Set<unknown>): string[] {
  const children = parent.toArray();
  const texts = children.filter((child) => child instanceof Y.XmlText);
  if (texts.length > 0) {
    return holdsFresh(parent, fresh) ? [plain(parent)] : [];
  }
  return children.flatMap((child) =>
    child instanceof Y.XmlElement ? paragraphs(child, fresh) : [],
  );
}

function holdsFresh(parent: Y.XmlFragment, fresh: Set<unknown>): boolean {
  return parent
    .toArray()
    .some((c) => fresh.has(c) || (c instanceof Y.XmlElement && holdsFresh(c, fresh)));
}

function plain(parent: Y.XmlFragment): string {
  return parent
    .toArray()
    .map((child) => {
      if (child instanceof Y.XmlText) {
        return (child.toDelta() as { insert: unknown }[])
          .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
          .join('');
      }
      if (!(child instanceof Y.XmlElement)) return '';
      if (child.nodeName === 'hardBreak') return '\n';
      return child.nodeName === 'footnote' ? ` (${plain(child)})` : plain(child);
    })
    .join('');
}

/** A copy of words to be kept for somebody. */
export function recoveredRow(
  of: { personId: string; documentId: string; title: string },
  reason: string,
  text: string,
): RecoveredCopy {
  const copy = `${of.personId}/${of.documentId}`;
  const at = Date.now();
  return { id: `${copy}/${at}`, copy, title: of.title, reason, text, at };
}

/** Keeps a copy on this device; false when it could not. */
export async function keepRecovered(row: RecoveredCopy): Promise<boolean> {
  return withStore(
    (db) =>
      transact(db, ['recovered'], 'readwrite', (tx) => {
        tx.objectStore('recovered').put(row);
      }).then(() => true),
    false,
  );
}

/** The copies of this person, newest first; of one document when `documentId` is given. */
export async function listRecovered(person: string, documentId = ''): Promise<RecoveredCopy[]> {
  const rows = await withStore(
    (db) => fetchAll(db, 'recovered', (s) => s.getAll() as IDBRequest<RecoveredCopy[]>),
    [],
  );
  return rows
    .filter((row) => row.copy.startsWith(`${person}/${documentId}`))
    .sort((a, b) => b.at - a.at);
}

/** Gives a copy up; to be called only when the person says so. */
export async function discardRecovered(id: string): Promise<void> {
  await withStore(
    (db) =>
      transact(db, ['recovered'], 'readwrite', (tx) => {
        tx.objectStore('recovered').delete(id);
      }),
    undefined,
  );
}

async function withStore<T>(work: (db: IDBDatabase) => Promise<T>, otherwise: T): Promise<T> {
  let db: IDBDatabase | undefined;
  try {
    db = await open();
    return await work(db);
  } catch {
    return otherwise;
  } finally {
    db?.close();
  }
}
