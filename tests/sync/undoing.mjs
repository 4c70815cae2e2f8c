// Writers who undo and redo all the time, whole paragraphs too: what a server would receive, in
// order. Prints one JSON line {"updates": [base64], "texts": […]} for each seed.
import { createRequire } from 'node:module';
import { dice } from '../differential/edits.mjs';

const [frontend, firstText, countText, writersText, stepsText] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');
const coded = (bytes) => Buffer.from(bytes).toString('base64');

const paragraph = (words) => {
  const made = new Y.XmlElement('paragraph');
  made.insert(0, [new Y.XmlText(words)]);
  return made;
};
const begin = new Y.Doc();
begin.clientID = 1;
begin.getXmlFragment('content').insert(0, [paragraph('abcdef'), paragraph('uvwxyz')]);
const seedUpdate = Y.encodeStateAsUpdate(begin);

function play(seed) {
  const random = dice(seed);
  const server = [seedUpdate];
  const writers = Array.from({ length: Number(writersText) }, (_, number) => {
    const doc = new Y.Doc({ gc: number % 2 === 0 });
    doc.clientID = 2 + random(2 ** 31);
    Y.applyUpdate(doc, seedUpdate, 'net');
    const fragment = doc.getXmlFragment('content');
    const captureTimeout = random(2) ? 0 : 500;
    const undo = new Y.UndoManager(fragment, { trackedOrigins: new Set(['own']), captureTimeout });
    return { doc, fragment, undo, inbox: [], line: [] };
  });
  for (const writer of writers) {
    writer.doc.on('update', (update, origin) => {
      if (origin === 'net') return;
      writer.line.push(update);
      for (const other of writers) if (other !== writer) other.inbox.push(update);
    });
  }
  const take = ({ doc, inbox }) => inbox.length && Y.applyUpdate(doc, inbox.shift(), 'net');
  const lines = () => writers.map(({ line }) => line).filter((line) => line.length);
  const send = () => lines().length && server.push(lines()[random(lines().length)].shift());

  const change = (fragment) => {
    const texts = fragment.toArray().flatMap((node) => node.toArray());
    const text = texts[random(texts.length)];
    const roll = random(8);
    if (roll < 2 && fragment.length) fragment.delete(random(fragment.length), 1);
    else if (roll === 2) fragment.insert(random(fragment.length + 1), [paragraph('new')]);
    else if (text && (roll < 6 || !text.length)) text.insert(random(text.length + 1), 'xy');
    else if (text) text.delete(random(text.length), 1);
  };
  for (let step = 0; step < Number(stepsText); step += 1) {
    const writer = writers[random(writers.length)];
    const roll = random(14);
    try {
      if (roll < 3) writer.undo.undo();
      else if (roll < 6) writer.undo.redo();
      else writer.doc.transact(() => change(writer.fragment), 'own');
    } catch {
      // Yjs itself stumbles over its own undoing now and then.
      break;
    }
    for (let i = random(5); i > 0; i -= 1) take(writers[random(writers.length)]);
    for (let i = random(3); i > 0; i -= 1) send();
  }
  while (writers.some(({ inbox }) => inbox.length)) writers.forEach(take);
  while (lines().length) send();
  return { updates: server.map(coded), texts: [...new Set(writers.map(({ fragment }) => fragment.toString()))] };
}

for (let seed = Number(firstText); seed < Number(firstText) + Number(countText); seed += 1) {
  console.log(JSON.stringify(play(seed)));
}
