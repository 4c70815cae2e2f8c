// Numbers, times and lists as people write them.

const number = new Intl.NumberFormat('en');

export function count(n: number, one: string, many = `${one}s`): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

export function figure(n: number): string {
  return number.format(n);
}

/** `1.2 MB`; decimal units, as operating systems show them. */
export function bytes(n: number): string {
  if (n < 1000) return count(n, 'byte');
  if (n < 1_000_000) return `${Math.round(n / 1000)} kB`;
  return `${(n / 1_000_000).toFixed(1)} MB`;
}

/** `9:05`, or with a day in front when it is not today. */
export function time(iso: string, timeZone?: string, now = Date.now()): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = (at: number | string) => new Date(at).toLocaleDateString('en-CA', zone);
  const clockTime = new Date(iso).toLocaleTimeString('en-GB', {
    hour: 'numeric',
    minute: '2-digit',
    ...zone,
  });
  if (day(iso) === day(now)) return clockTime;
  return `${date(iso, timeZone)}, ${clockTime}`;
}

export function date(iso: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (timeZone !== undefined) options.timeZone = timeZone;
  if (new Date(iso).getFullYear() !== new Date().getFullYear()) options.year = 'numeric';
  return new Date(iso).toLocaleDateString('en-GB', options);
}

/** `a moment ago`, `12 minutes ago`, `3 hours ago`, then a date. */
export function ago(iso: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'a moment ago';
  if (minutes < 60) return `${count(minutes, 'minute')} ago`;
  if (minutes < 24 * 60) return `${count(Math.floor(minutes / 60), 'hour')} ago`;
  return `on ${date(iso)}`;
}

const conjunction = new Intl.ListFormat('en', { type: 'conjunction' });

export function names(list: string[]): string {
  return conjunction.format(list);
}

/** The letters in an avatar: of the first and the last word, as the script writes them. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = (word: string | undefined) => [...(word ?? '')][0] ?? '';
  const last = words.length > 1 ? first(words.at(-1)) : '';
  return (first(words[0]) + last).toLocaleUpperCase();
}
