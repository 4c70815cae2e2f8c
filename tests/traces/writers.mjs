// Two unmodified y-websocket clients that write a recorded trace into one paragraph.
//
// First the trace is played without a network, each edit on exactly the text that its writer had
// before them: that gives the update of every edit, and what it leans on. Then both writers bring
// their updates to their own documents in their order, each as soon as the server has shown them
// what it leans on, so that what was concurrent when it was recorded is so again.
//
// Arguments: frontend, sockets' address, document, the trace (JSON, not packed), how many edits of
// it, the update that every document begins with (base64), one cookie for each writer. Prints
// {expected} first, then {sent} every few hundred edits, then {texts} of both.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [frontend, base, documentId, file, most, seed, ...cookies] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');
const { WebsocketProvider } = require('y-websocket');
const WS = require('ws');

const edits = JSON.parse(readFileSync(file, 'utf8')).txns.slice(0, Number(most));
const tell = (what) => console.log(JSON.stringify(what));

/** A writer's document; the text is the first thing in the seeded paragraph. */
const begun = (clientID) => {
  const doc = new Y.Doc();
  doc.clientID = clientID;
  Y.applyUpdate(doc, new Uint8Array(Buffer.from(seed, 'base64')), 'net');
  return doc;
};
const text = (doc) => doc.getXmlFragment('content').get(0).get(0);

/** The update of each edit, with what of the other writer's it leans on. */
function record() {
  const ids = cookies.map((_, number) => 1000 + number);
  const docs = ids.map(begun);
  const made = docs.map(() => []);
  let update = null;
  let gone = null;
  for (const doc of docs) {
    doc.on('update', (bytes, origin) => origin === 'net' || (update = bytes));
    doc.on('afterTransaction', ({ deleteSet, origin }) => {
      if (origin === 'net') return;
      gone = null;
      deleteSet.clients.forEach((ranges, client) => (gone = [client, ranges.at(-1).clock]));
    });
  }
  // Of each edit: how many of each writer's are behind it, its own included.
  const behind = [];
  const known = docs.map(() => docs.map(() => 0));
  docs[0].getXmlFragment('content').get(0).insert(0, [new Y.XmlText()]);
  made[0].push({ update, needs: null, clock: Y.getState(docs[0].store, ids[0]), gone });
  for (const [number, { agent, parents, patches }] of edits.entries()) {
    const doc = docs[agent];
    const other = 1 - agent;
    // The paragraph's text is the first writer's very first edit, and everything leans on it.
    const upto = Math.max(agent, ...parents.map((parent) => behind[parent][other]));
    for (let i = known[agent][other]; i < upto; i += 1) {
      Y.applyUpdate(doc, made[other][i].update, 'net');
    }
    known[agent][other] = Math.max(known[agent][other], upto);
    doc.transact(() => {
      for (const [at, deleted, inserted] of patches) {
        if (deleted) text(doc).delete(at, deleted);
        if (inserted) text(doc).insert(at, inserted);
      }
    });
    const last = known[agent][other] ? made[other][known[agent][other] - 1] : null;
    const clock = Y.getState(doc.store, ids[agent]);
    made[agent].push({ update, needs: last, clock, gone });
    behind[number] = [];
    behind[number][agent] = made[agent].length;
    behind[number][other] = known[agent][other];
  }
  for (const [number, doc] of docs.entries()) {
    const other = 1 - number;
    made[other].slice(known[number][other]).forEach((one) => Y.applyUpdate(doc, one.update, 'net'));
  }
  const ends = docs.map((doc) => text(doc).toString());
  if (ends[0] !== ends[1]) throw new Error('the trace does not fit together');
  return { ids, made, expected: ends[0] };
}

const { ids, made, expected } = record();
tell({ expected });

let sent = 0;
const writers = ids.map((id, number) => {
  const doc = begun(id);
  const provider = new WebsocketProvider(base, documentId, doc, {
    WebSocketPolyfill: class extends WS {
      constructor(address, protocols) {
        super(address, protocols, { headers: { cookie: cookies[number] } });
      }
    },
    disableBc: true,
    maxBackoffTime: 400,
  });
  provider.on('connection-error', () => {});
  provider.on('connection-close', (event) => {
    if (event?.code >= 4400 && event.code < 4500) throw new Error(`refused with ${event.code}`);
  });
  return { doc, provider, mine: made[number], other: ids[1 - number], next: 0 };
});

/** Whether a writer has been shown an edit of the other: its structs, and what it deleted. */
const shown = ({ doc, other }, edit) => {
  if (!edit) return true;
  if (Y.getState(doc.store, other) < edit.clock) return false;
  if (!edit.gone) return true;
  const [client, clock] = edit.gone;
  return (
    Y.getState(doc.store, client) > clock && Y.getItem(doc.store, Y.createID(client, clock)).deleted
  );
};

for (const writer of writers) {
  const go = () => {
    // A few at a time: the sockets have to be read in between.
    for (let i = 0; i < 20 && writer.next < writer.mine.length; i += 1) {
      const edit = writer.mine[writer.next];
      if (!shown(writer, edit.needs)) return;
      writer.next += 1;
      sent += 1;
      if (sent % 200 === 0) tell({ sent });
      writer.doc.transact((transaction) => {
        Y.applyUpdate(writer.doc, edit.update);
        // One's own, or Yjs believes that somebody else uses its client id and takes another.
        transaction.local = true;
      }, 'own');
    }
    if (writer.next < writer.mine.length) setImmediate(go);
  };
  writer.doc.on('update', (_, origin) => origin === writer.provider && setImmediate(go));
  writer.provider.once('sync', go);
}

const ended = setInterval(() => {
  const done = writers.every(({ next, mine, provider }) => next === mine.length && provider.synced);
  const texts = writers.map(({ doc }) => text(doc)?.toString());
  if (!done || texts[0] !== texts[1]) return;
  clearInterval(ended);
  tell({ texts });
}, 100);
