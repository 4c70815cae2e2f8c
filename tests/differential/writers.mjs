// Four writers with a Yjs document each, and Yjs as the judge of what became of their edits.
// Started once; asked in JSON lines on standard input, bytes as base64:
//   {do: "play", seed, edits}  → what a server would receive, in order, and what all have at the end
//   {do: "read", updates}      → what Yjs makes of these updates, applied in order, and the changes
//                                of its own with which it tidied up marks
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { dice, edits } from './edits.mjs';

const [frontend] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');

const WRITERS = 4;
const coded = (bytes) => Buffer.from(bytes).toString('base64');
const decoded = (words) => new Uint8Array(Buffer.from(words, 'base64'));

/** The words and marks of a document in a form that any language can make. */
function content(node) {
  if (node instanceof Y.XmlText) {
    const parts = [];
    for (const { insert, attributes = {} } of node.toDelta()) parts.push([insert, attributes]);
    return parts;
  }
  const children = node.toArray().map(content);
  return node instanceof Y.XmlElement
    ? { name: node.nodeName, attributes: node.getAttributes(), children }
    : children;
}

const deletions = (doc) => {
  const out = {};
  Y.createDeleteSetFromStructStore(doc.store).clients.forEach((ranges, client) => {
    out[client] = ranges.map(({ clock, len }) => [clock, len]);
  });
  return out;
};

const seen = (doc) => ({
  content: content(doc.getXmlFragment('content')),
  xml: doc.getXmlFragment('content').toString(),
  vector: Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc))),
  deletions: deletions(doc),
  pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
});

function play({ seed, edits: count }) {
  const random = dice(seed);
  const change = edits(Y, random);
  const server = [];
  const begin = new Y.Doc();
  begin.clientID = 1;
  begin.getXmlFragment('content').insert(0, [new Y.XmlElement('paragraph')]);
  const seedUpdate = Y.encodeStateAsUpdate(begin);

  const writers = Array.from({ length: WRITERS }, (_, number) => {
    // Two of them collect garbage, as browsers do, and two do not.
    const doc = new Y.Doc({ gc: number % 2 === 0 });
    doc.clientID = 2 + random(2 ** 32 - 2);
    Y.applyUpdate(doc, seedUpdate, 'net');
    const fragment = doc.getXmlFragment('content');
    const undo = new Y.UndoManager(fragment, {
      trackedOrigins: new Set(['own']),
      captureTimeout: 0,
    });
    return { doc, fragment, undo, inbox: [] };
  });
  // What is on its way to the server, of each writer; a line keeps its order, the lines do not.
  const lines = writers.map(() => []);
  for (const [number, { doc }] of writers.entries()) {
    // Tidying up marks after somebody else's change is a change of one's own, as in providers.
    doc.on('update', (update, origin) => {
      if (origin === 'net') return;
      lines[number].push(update);
      for (const other of writers) {
        if (other.doc === doc) continue;
        other.inbox.push(update);
        if (random(12) === 0) other.inbox.push(update);
      }
    });
  }
  const take = ({ doc, inbox }) => {
    if (inbox.length) Y.applyUpdate(doc, inbox.splice(random(inbox.length), 1)[0], 'net');
  };
  const send = () => {
    const waiting = lines.filter((line) => line.length);
    if (waiting.length) server.push(coded(waiting[random(waiting.length)].shift()));
  };

  let middle = null;
  for (let step = 0; step < count; step += 1) {
    const writer = writers[random(WRITERS)];
    const dare = random(14);
    if (dare === 0) writer.undo.undo();
    else if (dare === 1) writer.undo.redo();
    else {
      writer.doc.transact(() => {
        for (let i = random(3); i >= 0; i -= 1) change(writer.fragment);
      }, 'own');
    }
    for (let i = random(4); i > 0; i -= 1) take(writers[random(WRITERS)]);
    for (let i = random(3); i > 0; i -= 1) send();
    if (random(15) === 0 && writer.doc.store.pendingStructs === null) {
      // Somebody comes back: all that they have in one update, what others wrote included. Who
      // still waits for something would send a Skip struct, which no server of ours lets happen.
      server.push(coded(Y.encodeStateAsUpdate(writer.doc)));
    }
    if (step === count >> 1) middle = Y.encodeStateAsUpdate(writer.doc);
  }
  // All arrives everywhere, and what tidying up adds.
  for (let round = 0; round < 50 && writers.some(({ inbox }) => inbox.length); round += 1) {
    for (const writer of writers) while (writer.inbox.length) take(writer);
  }
  while (lines.some((line) => line.length)) send();
  // Once in some hundred sequences Yjs waits for something that it has: asking anew frees it, as
  // every connection does when it begins.
  const stuck = writers.some(({ doc }) => doc.store.pendingStructs || doc.store.pendingDs);
  for (let round = 0; stuck && round < 2; round += 1) {
    for (const { doc } of writers) {
      for (const other of writers) {
        const lacks = Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(doc));
        Y.applyUpdate(doc, lacks, 'net');
      }
    }
  }
  while (lines.some((line) => line.length)) send();
  const ends = writers.map(({ doc }) => seen(doc));
  const half = new Y.Doc();
  Y.applyUpdate(half, middle);
  for (const { doc, undo } of writers) {
    undo.destroy();
    doc.destroy();
  }
  return {
    stuck,
    seed: coded(seedUpdate),
    updates: server,
    ends,
    middle: coded(middle),
    middleVector: coded(Y.encodeStateVector(half)),
  };
}

function read({ updates }) {
  const doc = new Y.Doc({ gc: false });
  const own = [];
  doc.on('update', (update, origin) => origin === 'net' || own.push(coded(update)));
  for (const update of updates) Y.applyUpdate(doc, decoded(update), 'net');
  return { ...seen(doc), own };
}

const verbs = { play, read };
createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { ok: verbs[request.do](request) };
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  console.log(JSON.stringify(answer));
});
