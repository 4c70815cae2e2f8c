// The formats a book can be made in, in plain words.
export type Format = 'epub' | 'pdf' | 'web' | 'docx' | 'odt' | 'icml' | 'markdown';

export interface Choice {
  format: Format;
  name: string;
  purpose: string;
}

export const CHOICES: Choice[] = [
  { format: 'epub', name: 'EPUB', purpose: 'for e‑readers and phones' },
  { format: 'pdf', name: 'PDF', purpose: 'for screens' },
  { format: 'web', name: 'Web book', purpose: 'a folder for any website' },
  { format: 'docx', name: 'Word', purpose: 'to edit in Word (DOCX)' },
  { format: 'odt', name: 'LibreOffice', purpose: 'to edit in LibreOffice (ODT)' },
  { format: 'icml', name: 'InDesign', purpose: 'to lay out in InDesign (ICML)' },
  { format: 'markdown', name: 'Markdown', purpose: 'to work on elsewhere' },
];

/** How a finished file is named on the screen. */
export function named(format: string): string {
  const choice = CHOICES.find((one) => one.format === format);
  return choice === undefined ? format.toUpperCase() : `${choice.name}, ${choice.purpose}`;
}
