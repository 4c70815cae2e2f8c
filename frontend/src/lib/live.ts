// The live connection of a guide: what changed elsewhere, who is where, and word from the server.
import { Coalescer } from './coalesce';

export const TOPICS = [
  'guide',
  'people',
  'chapters',
  'tasks',
  'claims',
  'imports',
  'exports',
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
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const PING_EVERY = 20_000;
/** A server that answers pings and has been silent this long is gone, whatever the browser thinks. */
const DEAF_AFTER = 45_000;

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
  private ping: ReturnType<typeof setInterval> | null = null;
  private heardAt = 0;
  private answersPings = false;
  private at: string | null = null;
  private readonly topics: Coalescer<Topic>;

  constructor(
    private readonly url: string,
    private readonly on: LiveHandlers,
  ) {
    this.topics = new Coalescer(on.changed);
  }

  start(): void {
    addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
    this.open();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
    if (this.retry !== null) clearTimeout(this.retry);
    if (this.ping !== null) clearInterval(this.ping);
    this.topics.stop();
    this.socket?.close();
    this.socket = null;
  }

  /** Tells the others which chapter this person has open. */
  goTo(chapterId: string | null): void {
    this.at = chapterId;
    this.send({ topic: 'at', chapter_id: chapterId });
  }

  private send(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onmessage = (event) => {
      this.heardAt = Date.now();
      this.receive(String(event.data));
    };
    socket.onclose = (event) => {
      this.closed(socket, event.code);
    };
    if (this.ping !== null) clearInterval(this.ping);
    this.ping = setInterval(() => {
      if (this.answersPings && Date.now() - this.heardAt > DEAF_AFTER) socket.close();
      else this.send({ topic: 'ping' });
    }, PING_EVERY);
  }

  private closed(socket: WebSocket, code: number): void {
    if (this.stopped || socket !== this.socket) return;
    this.on.connected(false);
    this.hadGap = true;
    if (code >= 4400 && code < 4500) {
      this.on.bye('');
      this.stop();
      return;
    }
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

  private receive(text: string): void {
    const message = read(text);
    if (message === null) return;
    const { topic } = message;
    if (topic === 'pong') this.answersPings = true;
    else if (topic === 'hello') this.greeted(message);
    else if (topic === 'presence') this.on.presence(message as unknown as Presence);
    else if (topic === 'notice') this.on.notice(message as unknown as Notice);
    else if (topic === 'bye') {
      this.on.bye(typeof message['reason'] === 'string' ? message['reason'] : '');
      this.stop();
    } else if (isTopic(topic)) this.topics.add(topic);
  }

  private greeted(message: Record<string, unknown>): void {
    this.attempt = 0;
    this.on.connected(true);
    if (typeof message['now'] === 'string') this.on.hello(message['now']);
    this.send({ topic: 'at', chapter_id: this.at });
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
