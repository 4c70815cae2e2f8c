import { describe, expect, it } from 'vitest';
import { fromZone, inZone, sprintDays } from './zoned';

describe('a time on the wall of the sprint', () => {
  it.each([
    ['2026-03-02', '12:30', 'America/New_York', '2026-03-02T17:30:00.000Z'],
    ['2026-07-02', '12:30', 'America/New_York', '2026-07-02T16:30:00.000Z'],
    ['2026-03-08', '12:00', 'America/New_York', '2026-03-08T16:00:00.000Z'],
    ['2026-11-01', '00:30', 'America/New_York', '2026-11-01T04:30:00.000Z'],
    ['2026-11-01', '03:00', 'America/New_York', '2026-11-01T08:00:00.000Z'],
    ['2026-03-02', '09:00', 'Asia/Kathmandu', '2026-03-02T03:15:00.000Z'],
    ['2026-03-02', '12:30', 'UTC', '2026-03-02T12:30:00.000Z'],
  ])('%s %s in %s is %s', (day, time, zone, iso) => {
    expect(fromZone(day, time, zone)).toBe(iso);
    expect(inZone(iso, zone)).toEqual({ day, time });
  });
  it('counts the days of a sprint over the end of a month', () => {
    expect(sprintDays('2026-02-27', 3).map((d) => d.label)).toEqual([
      'Day 1, Fri 27 Feb',
      'Day 2, Sat 28 Feb',
      'Day 3, Sun 1 Mar',
    ]);
  });
});
