// When a task is due, in the words of the sprint.
import { time } from '../lib/format';

/** "due 12:30", "due 4 Mar, 9:00", or "was due …". */
export function dueText(dueAt: string, timeZone: string, now: number): string {
  const when = time(dueAt, timeZone, now);
  return Date.parse(dueAt) < now ? `was due ${when}` : `due ${when}`;
}
