// Two editors over a shared fragment, told what to do by a line's number: y-prosemirror's binding
// without any DOM, and TipTap's under jsdom.

/** y-prosemirror's sync plugin on a ProseMirror state; all it needs of a view is here. */
export function prosemirror(require, fragment, schemaFile) {
  const { Schema } = require('prosemirror-model');
  const { EditorState } = require('prosemirror-state');
  const { ySyncPlugin } = require('y-prosemirror');
  const spec = require(schemaFile);
  const schema = new Schema({ topNode: spec.top, nodes: spec.nodes, marks: spec.marks });
  const plugin = ySyncPlugin(fragment);
  const view = {
    state: EditorState.create({ schema, plugins: [plugin] }),
    composing: false,
    hasFocus: () => false,
    dispatch(tr) {
      const before = view.state;
      view.state = before.apply(tr);
      // The binding's first rendering comes before it has handed out its view.
      shown?.update(view, before);
    },
  };
  let shown = null;
  shown = plugin.spec.view(view);
  return verbs(view, (tr) => view.dispatch(tr));
}

/** TipTap's editor with its own collaboration extension and the manuscript's schema. */
export function tiptap(require, fragment, frontend) {
  const { JSDOM } = require('jsdom');
  const { window } = new JSDOM('', { url: 'http://localhost/', pretendToBeVisual: true });
  for (const name of Object.getOwnPropertyNames(window)) {
    if (!(name in globalThis)) globalThis[name] = window[name];
  }
  globalThis.window = window;
  // Of TypeScript only the schema is ours; whatever it imports comes from the same packages.
  require('tsx/cjs/api').register();
  const { manuscript } = require(`${frontend}/src/editor/schema.ts`);
  const { Editor } = require('@tiptap/core');
  const { Collaboration } = require('@tiptap/extension-collaboration');
  const editor = new Editor({
    element: window.document.body,
    injectCSS: false,
    extensions: [...manuscript(), Collaboration.configure({ fragment })],
  });
  return verbs(editor, (tr) => editor.view.dispatch(tr));
}

/** What a person does; `line` counts the blocks of the document. */
function verbs(editor, dispatch) {
  const start = (line) => {
    let at = 0;
    for (let i = 0; i < line; i += 1) at += editor.state.doc.child(i).nodeSize;
    return at;
  };
  const change = (make) => {
    const { tr, schema } = editor.state;
    make(tr, schema);
    dispatch(tr);
  };
  return {
    shown: () => {
      const lines = [];
      editor.state.doc.forEach((node) => lines.push(node.textContent));
      return lines;
    },
    paragraph: ({ words }) =>
      change((tr, schema) => {
        const made = schema.nodes.paragraph.create(null, schema.text(words));
        tr.insert(tr.doc.content.size, made);
      }),
    type: ({ line, at, words }) => change((tr) => tr.insertText(words, start(line) + 1 + at)),
    mark: ({ line, at, length, marks }) =>
      change((tr, schema) => {
        const from = start(line) + 1 + at;
        for (const [name, attrs] of Object.entries(marks))
          tr.addMark(from, from + length, schema.marks[name].create(attrs));
      }),
    split: ({ line, at }) => change((tr) => tr.split(start(line) + 1 + at)),
    remove: ({ line }) =>
      change((tr) => tr.delete(start(line), start(line) + tr.doc.child(line).nodeSize)),
  };
}
