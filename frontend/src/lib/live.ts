// The live connection of a guide: what changed elsewhere, who is where, and word from the server.
import { Coalescer } from './coalesce';

export const TOPICS = [
  'guide',
  'people',
  'chapters',
  'tasks',
  'findings',
  'claims',
  'kept',
  'imports',
  'exports',
  'editions',
  'bin',
  'sprint',
] as const;
export type Topic = (typeof TOPICS)[number];

export interface Presence {
  chapters: Record<string, string[]>;
  online: string[];
}
export interface Notice {
  to: string | null;
  text: string;
  chapter_id?: string | null;
  /** Who did it, and need not be told. */
  by?: string;
}
export interface LiveHandlers {
  /** Fetch these topics again; after a gap it is all of them. */
  changed: (topics: Topic[]) => void;
  presence: (presence: Presence) => void;
  notice: (notice: Notice) => void;
  /** The server's clock, at every connection. */
  hello: (now: string) => void;
  /** This session has ended; no reconnecting. */
  bye: (reason: string) => void;
  connected: (yes: boolean) => void;
  /** Connecting keeps failing: is this person still in the guide? */
  doubt: () => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** The server says something at least every 25 s; this long without a word, the line is dead. */
const DEAF_AFTER = 60_000;
/** A connection refused this often may mean that one may no longer listen. */
const DOUBT_AFTER = 2;

/** Full jitter: anywhere in the upper half of the growing wait, so that a room does not return at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}

export class Live {
  private socket: WebSocket | null = null;
  private attempt = 0;
  /** True from the start too: something may have changed between the first fetch and the greeting. */
  private hadGap = true;
  private stopped = false;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private deaf: ReturnType<typeof setTimeout> | null = null;
  private readonly topics: Coalescer<Topic>;

  constructor(
    private readonly url: string,
    private readonly on: LiveHandlers,
  ) {
    this.topics = new Coalescer(on.changed);
  }

  start(): void {
    addEventListener('online', this.hurry);
    addEventListener('offline', this.cut);
    document.addEventListener('visibilitychange', this.hurry);
    this.open();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener('online', this.hurry);
    removeEventListener('offline', this.cut);
    document.removeEventListener('visibilitychange', this.hurry);
    if (this.retry !== null) clearTimeout(this.retry);
    if (this.deaf !== null) clearTimeout(this.deaf);
    this.topics.stop();
    this.socket?.close();
    this.socket = null;
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.listen(socket);
    socket.onmessage = (event) => {
      this.listen(socket);
      this.receive(String(event.data));
    };
    socket.onclose = (event) => {
      this.closed(socket, event.code);
    };
  }

  private listen(socket: WebSocket): void {
    if (this.deaf !== null) clearTimeout(this.deaf);
    this.deaf = setTimeout(() => {
      socket.close();
      // A dead network may keep the closing handshake waiting for minutes.
      this.closed(socket, 1006);
    }, DEAF_AFTER);
  }

  private closed(socket: WebSocket, code: number): void {
    if (this.stopped || socket !== this.socket) return;
    this.socket = null;
    if (this.deaf !== null) clearTimeout(this.deaf);
    this.on.connected(false);
    this.hadGap = true;
    if (code >= 4400 && code < 4500) {
      this.on.bye('');
      this.stop();
      return;
    }
    if (this.attempt === DOUBT_AFTER) this.on.doubt();
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.open();
    }, backoff(this.attempt++));
  }

  private readonly hurry = (): void => {
    if (this.stopped || document.visibilityState === 'hidden') return;
    if (this.socket && this.socket.readyState <= 1) return;
    if (this.retry !== null) clearTimeout(this.retry);
    this.open();
  };

  /** The browser says that there is no network: a socket may take a minute to notice. */
  private readonly cut = (): void => {
    const { socket } = this;
    if (socket === null) return;
    socket.close();
    this.closed(socket, 1006);
  };

  private receive(text: string): void {
    const message = read(text);
    if (message === null) return;
    const { topic } = message;
    if (topic === 'hello') this.greeted(message);
    else if (topic === 'presence') this.on.presence(message as unknown as Presence);
    else if (topic === 'notice') this.on.notice(message as unknown as Notice);
    else if (topic === 'bye') {
      this.on.bye(typeof message['reason'] === 'string' ? message['reason'] : '');
      this.stop();
    } else if (topic === 'everything') this.on.changed([...TOPICS]);
    else if (isTopic(topic)) this.topics.add(topic);
  }

  private greeted(message: Record<string, unknown>): void {
    this.attempt = 0;
    this.on.connected(true);
    if (typeof message['now'] === 'string') this.on.hello(message['now']);
    // What was said while we were away is unknown: fetch everything again.
    if (this.hadGap) this.on.changed([...TOPICS]);
    this.hadGap = false;
  }
}

function read(text: string): Record<string, unknown> | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null
      ? (message as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isTopic(topic: unknown): topic is Topic {
  return (TOPICS as readonly unknown[]).includes(topic);
}
