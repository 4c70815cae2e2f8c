// The recorded typing of a whole paper as Yjs updates, made by Yjs itself with gc: false.
//
// Arguments: folder with Yjs, the trace (JSON, gzip), the update that every document begins with
// (base64), the folder for the results, how many updates `sentinel` comes after. Writes
//   updates   one update for each edit, the first one makes the text in the seeded paragraph
//   chunks    the same in pieces of ten thousand edits, as they would be after a reconnect
//   sentinel  an update that types "@1@" after so many edits
// each as 4 bytes of length (little endian) and the bytes, again and again; prints JSON about them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const [folder, file, seed, out, sentinelAfter] = process.argv.slice(2);
const Y = createRequire(`${folder}/package.json`)('yjs');
const CLIENT = 1_874_919_553;
const CHUNK = 10_000;

const { txns, endContent } = JSON.parse(gunzipSync(readFileSync(file)));
const doc = new Y.Doc({ gc: false });
doc.clientID = CLIENT;
Y.applyUpdate(doc, new Uint8Array(Buffer.from(seed, 'base64')));
const updates = [];
doc.on('update', (update) => updates.push(Buffer.from(update)));

const text = new Y.XmlText();
let vector = Y.encodeStateVector(doc);
const chunks = [];
const chunk = () => {
  chunks.push(Buffer.from(Y.encodeStateAsUpdate(doc, vector)));
  vector = Y.encodeStateVector(doc);
};
let sentinel = null;
doc.getXmlFragment('content').get(0).insert(0, [text]);
for (const [number, { patches }] of txns.entries()) {
  doc.transact(() => {
    for (const [at, deleted, inserted] of patches) {
      if (deleted) text.delete(at, deleted);
      if (inserted) text.insert(at, inserted);
    }
  });
  if ((number + 1) % CHUNK === 0) chunk();
  if (number + 1 === Number(sentinelAfter)) {
    const copy = new Y.Doc({ gc: false });
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    copy.clientID = CLIENT;
    copy.on('update', (update) => (sentinel = Buffer.from(update)));
    copy.getXmlFragment('content').get(0).get(0).insert(0, '@1@');
  }
}
chunk();
if (text.toString() !== endContent) throw new Error('the trace does not end as recorded');

const pack = (name, all) =>
  writeFileSync(
    `${out}/${name}`,
    Buffer.concat(
      all.flatMap((bytes) => {
        const head = Buffer.alloc(4);
        head.writeUInt32LE(bytes.length);
        return [head, bytes];
      }),
    ),
  );
pack('updates', updates);
pack('chunks', chunks);
pack('sentinel', [sentinel]);
console.log(
  JSON.stringify({
    edits: txns.length,
    updates: updates.length,
    characters: endContent.length,
    yjs_bytes: Y.encodeStateAsUpdate(doc).length,
  }),
);
