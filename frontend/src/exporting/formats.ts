// The formats a book can be made in, in plain words.
export type Format =
  'epub' | 'pdf' | 'web' | 'docx' | 'odt' | 'icml' | 'markdown' | 'print' | 'booklet';

export interface Choice {
  format: Format;
  name: string;
  purpose: string;
}

export const CHOICES: Choice[] = [
  { format: 'epub', name: 'EPUB', purpose: 'for e‑readers and phones' },
  { format: 'pdf', name: 'PDF', purpose: 'for screens' },
  { format: 'print', name: 'For a printer', purpose: 'inside, cover and data in one zip' },
  { format: 'booklet', name: 'Booklet', purpose: 'for a photocopier, to fold' },
  { format: 'web', name: 'Web book', purpose: 'a folder for any website' },
  { format: 'docx', name: 'Word', purpose: 'to edit in Word (DOCX)' },
  { format: 'odt', name: 'LibreOffice', purpose: 'to edit in LibreOffice (ODT)' },
  { format: 'icml', name: 'InDesign', purpose: 'to lay out in InDesign (ICML)' },
  { format: 'markdown', name: 'Markdown', purpose: 'to work on elsewhere' },
];

const PARTS: Record<string, string> = {
  print: 'Everything for the printer, in one zip',
  'print-inside': 'The inside, to upload to the printer',
  'print-cover': 'The cover with its spine, to upload to the printer',
  'print-template': 'A template, to make a cover of your own on',
  booklet: 'Booklet: print on both sides, turn at the short edge, fold',
};

/** How a finished file is named on the screen. */
export function named(format: string): string {
  if (format in PARTS) return PARTS[format] ?? format;
  const choice = CHOICES.find((one) => one.format === format);
  return choice === undefined ? format.toUpperCase() : `${choice.name}, ${choice.purpose}`;
}
