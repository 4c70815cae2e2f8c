// People with carets: y-websocket clients that move theirs once a second.
//
// Arguments: folder with y-websocket, address and name of the room, one cookie ("" for none), how
// many people, how many of them are real, seconds. The others do on the wire what real ones do, send
// their state and send back every state that they receive, but do not read what is in it: more than
// a hundred real ones would need more processor than the server. Prints JSON about the seconds after everybody came in: changes made, frames
// with presence received by all clients together, delays from a change to a sample of the others,
// and how late this process itself was.
import { createRequire } from 'node:module';

const [folder, base, room, cookie, people, real, seconds] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const Y = require('yjs');
const { WebsocketProvider } = require('y-websocket');
const WS = require('ws');
const encoding = require('lib0/encoding');
const PRESENCE = 1;
const WATCHERS = 5;

process.setMaxListeners(0);
let frames = 0;
class CookieSocket extends WS {
  constructor(address, protocols) {
    super(address, protocols, cookie ? { headers: { cookie } } : {});
    this.on('message', (data) => {
      const bytes = new Uint8Array(data);
      if (bytes[0] === PRESENCE) frames += 1;
    });
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const moved = new Map();
const delays = [];
let changes = 0;
const seen = (watcher) => ({ updated }) => {
  const now = performance.now();
  for (const client of updated) {
    const at = watcher.awareness.getStates().get(client)?.cursor?.at;
    const sent = client === watcher.awareness.clientID ? undefined : moved.get(`${client} ${at}`);
    if (sent !== undefined) delays.push(now - sent);
  }
};

/** Somebody who reads nothing: as much of a provider as the rest of this file asks for. */
class Light {
  constructor() {
    this.clientID = Math.floor(Math.random() * 2 ** 32);
    this.clock = 0;
    this.awareness = { clientID: this.clientID, setLocalState: (state) => this.tell(state) };
    this.socket = new CookieSocket(`${base}/${room}`);
    this.socket.on('error', () => {});
    this.socket.on('open', () => this.socket.send(new Uint8Array([0, 0, 1, 0])));
    this.socket.on('message', (data) => data[0] === PRESENCE && this.socket.send(data));
  }

  get wsconnected() {
    return this.socket.readyState === WS.OPEN;
  }

  tell(state) {
    this.clock += 1;
    const body = encoding.createEncoder();
    encoding.writeVarUint(body, 1);
    encoding.writeVarUint(body, this.clientID);
    encoding.writeVarUint(body, this.clock);
    encoding.writeVarString(body, JSON.stringify(state));
    const frame = encoding.createEncoder();
    encoding.writeVarUint(frame, PRESENCE);
    encoding.writeVarUint8Array(frame, encoding.toUint8Array(body));
    this.socket.send(encoding.toUint8Array(frame));
  }
}

const all = [];
for (let number = Number(real); number < Number(people); number += 1) {
  all.push(new Light());
  if (number % 10 === 9) await sleep(20);
}
for (let number = 0; number < Number(real); number += 1) {
  const provider = new WebsocketProvider(base, room, new Y.Doc(), {
    WebSocketPolyfill: CookieSocket,
    disableBc: true,
  });
  provider.on('connection-error', () => {});
  all.unshift(provider);
  if (number % 10 === 9) await sleep(20);
}
for (let tries = 0; all.some((one) => !one.wsconnected); tries += 1) {
  if (tries > 600) throw new Error('not everybody came in');
  await sleep(100);
}

let at = 0;
const move = (provider) => {
  at += 1;
  changes += 1;
  moved.set(`${provider.awareness.clientID} ${at}`, performance.now());
  provider.awareness.setLocalState({ user: { name: 'Somebody' }, cursor: { at } });
};
for (const [number, provider] of all.entries()) {
  setTimeout(() => {
    move(provider);
    setInterval(() => move(provider), 1000);
  }, (number * 1000) / all.length);
}
await sleep(3000);
all.slice(0, WATCHERS).forEach((one) => one.awareness.on('change', seen(one)));
const late = [];
let due = performance.now() + 10;
setInterval(() => {
  const now = performance.now();
  late.push(Math.max(0, now - due));
  due = now + 10;
}, 10);
frames = changes = delays.length = late.length = 0;
console.log('begin');
await sleep(Number(seconds) * 1000);
const found = { changes, frames, connected: all.filter((one) => one.wsconnected).length };
console.log('end');
const percentile = (values, share) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
console.log(
  JSON.stringify({
    ...found,
    p50_ms: percentile(delays, 0.5),
    p99_ms: percentile(delays, 0.99),
    late_ms: percentile(late, 0.99),
  }),
);
process.exit(0);
