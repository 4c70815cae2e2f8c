// Words that somebody took away without seeing them, as the server keeps them for the one who wrote
// them. A page that was open when it happened has mostly given them back already.
import { api, ask } from '../api/client';
import type { RecoveredCopy } from '../sync/recovered';
import { whyRecovered } from '../sync/sentences';

const MARK = 'server/';

export interface Rescued {
  list: () => Promise<RecoveredCopy[]>;
  /** The person has the words in hand, or does not want them. */
  giveUp: (copy: RecoveredCopy) => Promise<void>;
}

/** What the server keeps for a person in a guide. */
export function rescuedIn(slug: string, personId: string): Rescued {
  return {
    list: async () => {
      const at = { params: { path: { slug } } };
      const { items } = await ask(api.GET('/api/guides/{slug}/rescued-words', at));
      return items.map((one) => ({
        id: MARK + one.id,
        copy: `${personId}/${one.document_id}`,
        title: one.title,
        reason: whyRecovered('taken_away'),
        text: one.text,
        at: Date.parse(one.at),
      }));
    },
    giveUp: async ({ id }) => {
      const path = { slug, rescued_id: id.slice(MARK.length) };
      await ask(api.DELETE('/api/guides/{slug}/rescued-words/{rescued_id}', { params: { path } }));
    },
  };
}

export const isRescued = ({ id }: RecoveredCopy): boolean => id.startsWith(MARK);

// What the page gives back reaches the server at that moment; the clocks of two machines differ.
const SAME_LOSS_MS = 60 * 60_000;

/**
 * Whether the page itself has given the rescued words back: all of them stand in what it gave, and it
 * was about then. A short word that was lost on another day may stand in anything.
 */
export function holds(given: RecoveredCopy, rescued: RecoveredCopy): boolean {
  if (given.copy !== rescued.copy || Math.abs(given.at - rescued.at) > SAME_LOSS_MS) return false;
  const lines = rescued.text.split('\n').map((line) => line.trim());
  return lines.every((line) => given.text.includes(line));
}
