// Several editors at work: random ProseMirror changes, written to Yjs by the editor's own binding.
// Prints what the server would receive, in order: one JSON line {"update": base64} each, and at the
// end {"texts": […], "equal": bool} of all editors when everything has arrived everywhere.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [frontend, schemaFile, seedText, stepsText, editorsText] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');
const { Schema, Fragment, Slice } = require('@tiptap/pm/model');
const { Transform, findWrapping, canSplit } = require('@tiptap/pm/transform');
const { yXmlFragmentToProseMirrorRootNode, updateYFragment } = require('@tiptap/y-tiptap');

let seed = Number(seedText);
const random = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const pick = (list) => list[random(list.length)];

const spec = JSON.parse(readFileSync(schemaFile, 'utf8'));
const schema = new Schema({ topNode: spec.top, nodes: spec.nodes, marks: spec.marks });
const { nodes, marks } = schema;
const words = ['one', 'größer', '😀 ', '漢字', 'x', ' and so on', 'a\u0301', 'שלום'];

const block = (depth = 0) => {
  const line = () => (random(5) ? [schema.text(pick(words))] : []);
  const kind = random(depth > 2 ? 5 : 12);
  if (kind < 4) return nodes.paragraph.create(null, line());
  if (kind === 4) return nodes.heading.create({ level: 1 + random(6) }, line());
  if (kind === 5) return nodes.bulletList.create(null, [nodes.listItem.create(null, [block(depth + 1)])]);
  if (kind === 6) return nodes.orderedList.create({ start: random(9) }, [nodes.listItem.create(null, [block(depth + 1)])]);
  if (kind === 7) return nodes.blockquote.create(null, [block(depth + 1)]);
  if (kind === 8) return nodes.callout.create({ kind: pick(['note', 'tip', 'warning']) }, [block(depth + 1)]);
  if (kind === 9) return nodes.codeBlock.create({ language: pick([null, 'python']) }, line());
  if (kind === 10) return nodes.figure.create({ alt: pick(words), decorative: !random(2) }, line());
  const cell = () => pick([nodes.tableCell, nodes.tableHeader]).create({ colwidth: random(2) ? [120] : null }, [block(9)]);
  return nodes.table.create(null, [nodes.tableRow.create(null, [cell(), cell()])]);
};

const textblocks = (doc) => {
  const found = [];
  doc.descendants((node, at) => {
    if (node.isTextblock) found.push([at, node]);
  });
  return found;
};

const changes = [
  (tr) => tr.insert(pick(ends(tr.doc)), block()),
  (tr) => inLine(tr, (at) => tr.insert(at, schema.text(pick(words)))),
  (tr) => inLine(tr, (at) => tr.insert(at, schema.text(pick(words)))),
  (tr) => inLine(tr, (at, end) => tr.delete(at, end)),
  (tr) => inLine(tr, (at) => canSplit(tr.doc, at) && tr.split(at)),
  (tr) => inLine(tr, (at, end, node) => {
    if (node.type !== nodes.codeBlock) tr.addMark(at, end, pick([marks.bold, marks.italic, marks.code]).create());
  }),
  (tr) => inLine(tr, (at, end, node) => {
    if (node.type !== nodes.codeBlock) tr.addMark(at, end, marks.link.create({ href: 'https://e.org/' + random(9) }));
  }),
  (tr) => inLine(tr, (at, end) => tr.removeMark(at, end)),
  (tr) => inLine(tr, (at, end, node) => {
    if (node.type === nodes.paragraph) tr.insert(at, nodes.footnote.create(null, [schema.text('a note')]));
  }),
  (tr) => inLine(tr, (at, end, node) => {
    if (node.type === nodes.paragraph) tr.insert(at, nodes.hardBreak.create());
  }),
  (tr) => {
    const [at, node] = pick(textblocks(tr.doc)) ?? [];
    if (node && [nodes.paragraph, nodes.heading].includes(node.type)) {
      tr.setBlockType(at, at + 1, random(2) ? nodes.heading : nodes.paragraph, random(2) ? { level: 3 } : null);
    }
  },
  (tr) => tr.doc.childCount > 3 && random(3) === 0 && remove(tr),
  (tr) => inLine(tr, (at) => {
    const range = tr.doc.resolve(at).blockRange();
    const wrapping = range && findWrapping(range, nodes.blockquote);
    if (wrapping) tr.wrap(range, wrapping);
  }),
];
const ends = (doc) => {
  const found = [0];
  doc.forEach((node, at) => found.push(at + node.nodeSize));
  return found;
};
const remove = (tr) => {
  const index = random(tr.doc.childCount);
  let at = 0;
  for (let i = 0; i < index; i += 1) at += tr.doc.child(i).nodeSize;
  tr.delete(at, at + tr.doc.child(index).nodeSize);
};
const inLine = (tr, change) => {
  const found = pick(textblocks(tr.doc));
  if (!found) return;
  const [at, node] = found;
  // Never in the middle of a surrogate pair: a browser does not do that.
  const offsets = [];
  node.forEach((child, offset) => {
    if (child.isText) for (let i = 0; i <= child.nodeSize; i += 1) {
      const code = child.text.charCodeAt(i);
      if (!(code >= 0xdc00 && code < 0xe000)) offsets.push(offset + i);
    } else offsets.push(offset);
  });
  const from = offsets.length ? random(offsets.length) : 0;
  const start = at + 1 + (offsets[from] ?? 0);
  const to = offsets[Math.min(offsets.length - 1, from + 1 + random(5))] ?? 0;
  change(start, at + 1 + to, node);
};

const server = [];
const editors = Array.from({ length: Number(editorsText) }, () => {
  const doc = new Y.Doc();
  doc.clientID = 1000 + random(2 ** 31);
  const editor = { doc, seen: 0, waiting: [], offline: 0 };
  // Tidying up formats after a remote change is a change of one's own and is sent, as providers do.
  doc.on('update', (update, origin) => origin === 'server' || editor.waiting.push(update));
  return editor;
});
const send = (editor) => {
  if (editor.offline > 0) {
    editor.offline -= 1;
    if (editor.offline > 0) return;
    // Back again: everything that the server lacks, in one update, as step 2 has it.
    receive(editor);
    server.push(Y.encodeStateAsUpdate(editor.doc, serverVector()));
    editor.waiting = [];
    return;
  }
  server.push(...editor.waiting.splice(0));
};
const serverVector = () => {
  const all = new Y.Doc({ gc: false });
  for (const update of server) Y.applyUpdate(all, update);
  return Y.encodeStateVector(all);
};
const receive = (editor) => {
  while (editor.seen < server.length) Y.applyUpdate(editor.doc, server[editor.seen++], 'server');
};

for (let step = 0; step < Number(stepsText); step += 1) {
  const editor = pick(editors);
  const fragment = editor.doc.getXmlFragment('content');
  const before = yXmlFragmentToProseMirrorRootNode(fragment, schema);
  const tr = new Transform(before);
  try {
    pick(changes)(tr);
    tr.doc.check();
  } catch {
    continue;
  }
  const meta = { mapping: new Map(), isOMark: new Map() };
  updateYFragment(editor.doc, fragment, tr.doc, meta);
  if (!editor.offline && random(25) === 0) editor.offline = 1 + random(12);
  if (random(3)) send(editor);
  if (!editor.offline && random(3)) receive(editor);
}
for (const editor of editors) {
  if (editor.offline) editor.offline = 1;
  receive(editor);
  send(editor);
}
for (let round = 0; round < 5; round += 1) {
  for (const editor of editors) {
    receive(editor);
    send(editor);
  }
}
for (const update of server) console.log(JSON.stringify({ update: Buffer.from(update).toString('base64') }));
const texts = editors.map(({ doc }) => JSON.stringify(yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment('content'), schema).toJSON()));
console.log(JSON.stringify({ texts: [...new Set(texts)], pending: editors.some(({ doc }) => doc.store.pendingStructs !== null) }));
