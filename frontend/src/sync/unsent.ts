// Words that are not in the chapter, read out of its Yjs document while they are still to be had:
// what the server would not take, and what somebody else took away before it had arrived.
import * as Y from 'yjs';

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

/** Shorter pieces are a key that was pressed at the same moment. */
const WORTH_KEEPING = 2;

/**
 * The paragraphs from which this change took words that nobody else can have seen, as they stood
 * before it: whoever deletes, splits or moves a paragraph does not see what is on its way to it.
 * To be called after the transaction, while its deleted content is still there.
 * @param seen up to which clock others may have seen a client's words
 */
export function lostText(transaction: Y.Transaction, seen: (client: number) => number): string {
  const lost = new Map<Y.XmlText, string>(); // text → the unseen words in it that went
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    const { client, clock } = struct.id;
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return;
    const until = transaction.beforeState.get(client) ?? 0;
    const from = seen(client);
    if (clock >= until || clock + struct.length <= from) return;
    if (!(struct.parent instanceof Y.XmlText)) return;
    const words = struct.content.str.slice(Math.max(0, from - clock));
    lost.set(struct.parent, (lost.get(struct.parent) ?? '') + words);
  });
  const worth = [...lost].filter(([, words]) => words.trim().length >= WORTH_KEEPING);
  if (worth.length === 0) return '';
  // Whoever saw them after all and moved them has put them in again elsewhere.
  const there = plain(transaction.doc.getXmlFragment(ROOT));
  return worth
    .filter(([, words]) => !there.includes(words))
    .map(([text]) => before(text, transaction))
    .join('\n\n');
}

/** What stood in a text before a change. */
function before(text: Y.XmlText, { deleteSet, beforeState }: Y.Transaction): string {
  let found = '';
  for (let item = text._start; item !== null; item = item.right) {
    const wasThere = item.id.clock < (beforeState.get(item.id.client) ?? 0);
    if (!wasThere || (item.deleted && !Y.isDeleted(deleteSet, item.id))) continue;
    if (item.content instanceof Y.ContentString) found += item.content.str;
  }
  return found;
}
