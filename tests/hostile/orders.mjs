// Updates applied in many orders: what Yjs makes of each. Asked in JSON lines on standard input:
//   {updates: [base64], orders: [[index]]} → {ok: [the document as XML]}
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [frontend] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');

function applied(updates, order, gc) {
  const doc = new Y.Doc({ gc });
  const content = doc.getXmlFragment('content');
  for (const index of order) Y.applyUpdate(doc, updates[index]);
  const waits = doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
  return content.toString() + (waits ? ' something waits' : '');
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { updates, orders } = JSON.parse(line);
  const bytes = updates.map((words) => new Uint8Array(Buffer.from(words, 'base64')));
  // Half of them collect garbage, as browsers do.
  const ok = orders.map((order, n) => applied(bytes, order, n % 2 === 0));
  console.log(JSON.stringify({ ok }));
});
