// A standard Yjs client, driven by JSON lines on standard input. Its kind is 'plain' (y-websocket's
// own WebsocketProvider, edits straight into Yjs), 'prosemirror' or 'tiptap' (the same provider, edits
// by the editor's binding) or 'frames' (frames made by hand).
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { prosemirror, tiptap } from './bindings.mjs';
import { FramesProvider } from './frames.mjs';

const [frontend, base, documentId, cookie, kind] = process.argv.slice(2);
const require = createRequire(`${frontend}/package.json`);
const Y = require('yjs');
const { WebsocketProvider } = require('y-websocket');
const WS = require('ws');

class CookieSocket extends WS {
  constructor(address, protocols) {
    super(address, protocols, { headers: { cookie } });
  }
}

const doc = new Y.Doc();
const fragment = doc.getXmlFragment('content');
const editor =
  kind === 'prosemirror'
    ? prosemirror(require, fragment, `${frontend}/src/editor/schema.json`)
    : kind === 'tiptap'
      ? tiptap(require, fragment, frontend)
      : null;
const provider =
  kind === 'frames'
    ? new FramesProvider(require, `${base}/${documentId}`, doc, CookieSocket)
    : new WebsocketProvider(base, documentId, doc, {
        WebSocketPolyfill: CookieSocket,
        disableBc: true,
      });
const closes = [];
provider.on('connection-close', (event) => event && closes.push(event.code));
// Node does not end on an unhandled socket error; the provider tries again by itself.
provider.on('connection-error', () => {});

const text = (node) =>
  node instanceof Y.XmlText
    ? node
        .toDelta()
        .map((part) => part.insert)
        .join('')
    : node.toArray().map(text).join('');

const verbs = {
  state: () => ({
    synced: provider.synced,
    connected: provider.wsconnected,
    failures: provider.wsUnsuccessfulReconnects ?? null,
    client: doc.clientID,
    lines: fragment.toArray().map(text),
    shown: editor?.shown() ?? null,
    xml: fragment.toString(),
    vector: Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc))),
    denied: provider.denied,
    heard: provider.heard,
    states: Object.fromEntries(provider.awareness.getStates()),
    closes,
    pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  }),
  paragraph: ({ words }) => {
    doc.transact(() => {
      const element = new Y.XmlElement('paragraph');
      const inside = new Y.XmlText();
      element.insert(0, [inside]);
      fragment.insert(fragment.length, [element]);
      inside.insert(0, words);
    });
  },
  type: ({ line, at, words }) => fragment.get(line).get(0).insert(at, words),
  mark: ({ line, at, length, marks }) => fragment.get(line).get(0).format(at, length, marks),
  set: ({ line, name, value }) => fragment.get(line).setAttribute(name, value),
  element: ({ name, attributes }) => {
    const element = new Y.XmlElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    fragment.insert(fragment.length, [element]);
  },
  remove: ({ line }) => fragment.delete(line, 1),
  wipe: () => fragment.delete(0, fragment.length),
  cursor: ({ cursor }) => provider.awareness.setLocalStateField('cursor', cursor),
  field: ({ name, value }) => provider.awareness.setLocalStateField(name, value),
  offline: () => provider.disconnect(),
  online: () => provider.connect(),
  drop: () => provider.ws.terminate(),
  end: () => process.exit(0),
  ...editor,
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = { ok: verbs[command.do](command) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
});
