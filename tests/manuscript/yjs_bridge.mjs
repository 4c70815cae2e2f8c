// Reads ProseMirror documents out of Yjs updates, and writes them, with the editor's own libraries.
// Standard input: JSON lines {"update": base64} or {"doc": …}; standard output: one JSON line each.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [frontend, schemaFile] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');
const { Schema } = require('@tiptap/pm/model');
const { yXmlFragmentToProseMirrorRootNode, prosemirrorToYXmlFragment } = require('@tiptap/y-tiptap');

const spec = JSON.parse(readFileSync(schemaFile, 'utf8'));
const schema = new Schema({ topNode: spec.top, nodes: spec.nodes, marks: spec.marks });

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const input = JSON.parse(line);
  const ydoc = new Y.Doc();
  const fragment = ydoc.getXmlFragment('content');
  if (input.update) {
    Y.applyUpdate(ydoc, Buffer.from(input.update, 'base64'));
    console.log(JSON.stringify(yXmlFragmentToProseMirrorRootNode(fragment, schema).toJSON()));
  } else {
    prosemirrorToYXmlFragment(schema.nodeFromJSON(input.doc), fragment);
    const update = Buffer.from(Y.encodeStateAsUpdate(ydoc)).toString('base64');
    console.log(JSON.stringify({ update }));
  }
}
