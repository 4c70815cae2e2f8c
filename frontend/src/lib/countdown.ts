// The arithmetic of the countdown: what it shows, and the three moments it is heard.

/** Screen readers hear the countdown at these minutes and at no others. */
const SPOKEN_MINUTES = [10, 5, 1];

/** `12:05`, or `1:02:05` above an hour; never below zero. */
export function face(milliseconds: number): string {
  const total = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [
    Math.floor(total / 3600),
    Math.floor((total % 3600) / 60),
    total % 60,
  ];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/**
 * What to say when the remaining time falls from `before` to `after` (both in ms): a sentence when
 * 10, 5 or 1 minutes were crossed by ordinary ticking, else null. A jump (a laptop waking up) says
 * only the latest of them.
 */
export function spoken(label: string, before: number, after: number): string | null {
  if (after >= before) return null;
  const crossed = SPOKEN_MINUTES.filter((m) => before > m * 60_000 && after <= m * 60_000);
  const minutes = crossed.at(-1);
  if (minutes === undefined || after <= 0) return null;
  return `${label}: ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} left.`;
}
