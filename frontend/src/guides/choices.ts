// What a guide can be told about itself: languages, licences, time zones.

const CODES =
  'en es fr pt de it nl pl ru uk tr ar fa he hi bn ur zh-Hans zh-Hant ja ko vi tl ht am sw'.split(
    ' ',
  );

const display = new Intl.DisplayNames('en', { type: 'language' });

export const LANGUAGES = CODES.map((code) => ({ code, name: display.of(code) ?? code })).sort(
  (a, b) => a.name.localeCompare(b.name),
);

export function languageName(code: string): string {
  try {
    return display.of(code) ?? code;
  } catch {
    return code;
  }
}

export const LICENCES = [
  { code: 'CC BY-SA 4.0', means: 'anyone may use and change it and must share alike' },
  { code: 'CC BY 4.0', means: 'anyone may use and change it and must name you' },
  { code: 'CC BY-NC-SA 4.0', means: 'as BY-SA, but not for business' },
  { code: 'CC0 1.0', means: 'no conditions at all' },
  { code: 'All rights reserved', means: 'nobody may use it without asking' },
];

export const TIME_ZONES = Intl.supportedValuesOf('timeZone');

export function myTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
