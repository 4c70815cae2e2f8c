// One WebSocket that is there again whenever it can be: jittered back-off, silence, sleep, going
// offline and coming back, captive portals. It carries frames and knows nothing about documents.
import { Emitter } from './emitter';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** The server speaks every 15 s: after this much silence the line is dead, whatever TCP believes. */
export const SILENCE_MS = 25_000;
/** A door that does not open (a captive portal, a sleeping router) is knocked at again. */
export const OPENING_MS = 10_000;
const LOOK_EVERY_MS = 5_000;
/** A WebSocket's readyState from the server's goodbye on; we hear of it only later. */
const CLOSING = 2;

export interface ConnectionEvents {
  /** The socket is open; nothing was said yet. */
  open: undefined;
  frame: Uint8Array;
  /** The socket is gone. `final`: the server said that trying again is useless. */
  down: { code: number; reason: string; final: boolean };
}

export interface ConnectionOptions {
  url: () => string;
  socket?: (url: string) => WebSocket;
  random?: () => number;
  now?: () => number;
}

export class Connection extends Emitter<ConnectionEvents> {
  #socket: WebSocket | null = null;
  #wanted = false;
  #open = false;
  #failures = 0;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setInterval> | undefined;
  readonly #make: (url: string) => WebSocket;
  readonly #random: () => number;
  readonly #now: () => number;

  constructor(private readonly options: ConnectionOptions) {
    super();
    this.#make = options.socket ?? ((url) => new WebSocket(url));
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? (() => Date.now());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** How many attempts in a row came to nothing. */
  get failures(): number {
    return this.#failures;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    globalThis.addEventListener('online', this.#comeBack);
    globalThis.addEventListener('offline', this.#goneOffline);
    globalThis.addEventListener('pageshow', this.#comeBack);
    globalThis.document.addEventListener('visibilitychange', this.#seen);
    this.#look = setInterval(() => this.#listenForSilence(), LOOK_EVERY_MS);
    this.#connect();
  }

  /** Hangs up and does not try again until `start`. */
  stop(): void {
    this.#wanted = false;
    clearTimeout(this.#retry);
    clearInterval(this.#look);
    globalThis.removeEventListener('online', this.#comeBack);
    globalThis.removeEventListener('offline', this.#goneOffline);
    globalThis.removeEventListener('pageshow', this.#comeBack);
    globalThis.document.removeEventListener('visibilitychange', this.#seen);
    this.#drop(1000, '');
  }

  /** Hangs up and calls again, after the usual delay or (`soon`) at once. */
  restart(reason: string, soon = false): void {
    if (soon) this.#failures = 0;
    this.#drop(4000, reason);
    if (soon) this.#connect();
  }

  /** Everything works: the next failure starts with the shortest delay again. */
  settled(): void {
    this.#failures = 0;
  }

  send(frame: Uint8Array): void {
    if (!this.#open || !this.#socket || this.#socket.readyState >= CLOSING) return;
    this.#socket.send(frame as Uint8Array<ArrayBuffer>);
  }

  /** Bytes the browser still holds back because the line is slow. */
  get backlog(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    if (!this.#wanted || this.#socket) return;
    this.#heardAt = this.#now();
    let socket: WebSocket;
    try {
      socket = this.#make(this.options.url());
    } catch {
      this.#failures += 1;
      this.#later();
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#open = true;
      this.#heardAt = this.#now();
      this.emit('open', undefined);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket !== this.#socket) return;
      this.#heardAt = this.#now();
      // Our server only ever sends bytes: text means that somebody else answered.
      if (data instanceof ArrayBuffer) this.emit('frame', new Uint8Array(data));
      else this.restart('text frame');
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#drop(code, reason);
    };
    socket.onerror = () => undefined; // onclose follows and says more
  }

  /** Lets go of the socket at once; some browsers report the close of a dead line minutes later. */
  #drop(code: number, reason: string): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    this.#open = false;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#failures += 1;
    const final = code >= 4400 && code <= 4499;
    if (final) this.stop();
    else this.#later();
    this.emit('down', { code, reason, final });
  }

  #later(): void {
    if (!this.#wanted) return;
    const step = FIRST_DELAY_MS * 2 ** Math.min(this.#failures - 1, 10);
    const delay = Math.min(LONGEST_DELAY_MS, step) * (0.5 + this.#random() / 2);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), Math.max(FIRST_DELAY_MS / 2, delay));
  }

  /** Also how waking from sleep is noticed: the timer fires, and the last word is long ago. */
  #listenForSilence(): void {
    if (!this.#socket) return;
    const silence = this.#now() - this.#heardAt;
    if (silence > (this.#open ? SILENCE_MS : OPENING_MS)) this.restart('silence', this.#open);
  }

  #comeBack = (): void => {
    if (this.#socket) return;
    this.#failures = 0;
    this.#connect();
  };

  #seen = (): void => {
    if (globalThis.document.visibilityState !== 'visible') return;
    this.#listenForSilence();
    this.#comeBack();
  };

  /** "Offline" may be wrong (a room's own Wi-Fi has no internet): hang up, then try as usual. */
  #goneOffline = (): void => {
    if (this.#socket) this.restart('offline');
  };
}
