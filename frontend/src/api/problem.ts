// What can go wrong between here and the server, always as a sentence a person can act on.

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Everything else the server said, such as `current` beside a 409. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, code: string, sentence: string, extra: Record<string, unknown> = {}) {
    super(sentence);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export const UNREACHABLE =
  'Chapterhouse cannot be reached right now. Check the network and try again.';

const BY_STATUS: Record<number, string> = {
  401: 'This device is not in the guide any more. Open your link again.',
  403: 'Your role in this guide does not allow that. Ask the facilitator.',
  404: 'That is no longer there. Somebody may have moved or removed it.',
  413: 'That is too big to send.',
  429: 'That was a lot at once. Wait a moment and try again.',
};

/** Turns an answer that is no success into a Problem; `body` is whatever came with it. */
export function problemFrom(status: number, body: unknown): Problem {
  const said = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { detail, code, ...extra } = said;
  const fallback =
    BY_STATUS[status] ?? 'Something went wrong on the server. Nothing of yours is lost; try again.';
  const sentence = typeof detail === 'string' && detail !== '' ? detail : fallback;
  return new Problem(status, typeof code === 'string' ? code : `http_${status}`, sentence, extra);
}

/** The sentence to show for anything that was thrown. */
export function sentenceFor(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return 'Something unexpected happened here. Reload the page; your text is kept.';
}
