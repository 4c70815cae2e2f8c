// Times of the sprint's own place: a laptop from elsewhere must not shift the lunch break.

/** Minutes the zone is ahead of UTC at that moment. */
function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const there = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return Math.round((there - Math.floor(at / 1000) * 1000) / 60_000);
}

/** `2026-03-02` and `12:30` in a time zone, as an ISO time in UTC. */
export function fromZone(day: string, time: string, timeZone: string): string {
  const wall = Date.parse(`${day}T${time}:00Z`);
  // Twice: the first guess may lie on the other side of a clock change.
  let at = wall - offset(wall, timeZone) * 60_000;
  at = wall - offset(at, timeZone) * 60_000;
  return new Date(at).toISOString();
}

/** An ISO time as day and time on the wall of a time zone. */
export function inZone(iso: string | number, timeZone: string): { day: string; time: string } {
  const at = new Date(iso);
  return {
    day: at.toLocaleDateString('en-CA', { timeZone }),
    time: at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }),
  };
}

export interface SprintDay {
  day: string;
  label: string;
}

/** The days of a sprint: `Day 2, Tue 3 Mar`. */
export function sprintDays(startsOn: string | null | undefined, days: number): SprintDay[] {
  if (startsOn == null) return [];
  return Array.from({ length: days }, (_, i) => {
    const at = new Date(`${startsOn}T12:00:00Z`);
    at.setUTCDate(at.getUTCDate() + i);
    const text = at.toLocaleDateString('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    });
    return { day: at.toISOString().slice(0, 10), label: `Day ${i + 1}, ${text}` };
  });
}
