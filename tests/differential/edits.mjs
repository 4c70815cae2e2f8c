// Random edits of a chapter, written straight into Yjs with the names of our schema: what any
// editor's binding may do, and more often at once than people do it.

const words = [
  'one',
  'größer',
  '😀',
  '漢字',
  'x',
  ' and so on ',
  'a\u0301',
  'שלום',
  '👩‍🚀',
  '\n',
  '<&>',
];
const inline = ['paragraph', 'heading', 'figure'];
const containers = ['blockquote', 'callout', 'listItem', 'tableCell', 'tableHeader'];

/** A generator of numbers below n; the same seed gives the same ones (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** One random change of a document, in the transaction that the caller has opened. */
export function edits(Y, random) {
  const pick = (list) => list[random(list.length)];
  const word = () => pick(words).repeat(1 + random(3));

  const text = (content) => {
    const made = new Y.XmlText();
    if (content) made.insert(0, content);
    return made;
  };
  const element = (name, attributes = {}, children = []) => {
    const made = new Y.XmlElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (children.length) made.insert(0, children);
    return made;
  };
  const line = () => (random(5) ? [text(random(4) ? word() : '')] : []);
  const item = (depth) => element('listItem', {}, [block(depth + 1)]);
  const kinds = [
    () => element('paragraph', {}, line()),
    () => element('paragraph', {}, line()),
    () => element('heading', { level: 1 + random(6) }, line()),
    () => element('codeBlock', random(2) ? { language: 'python' } : {}, line()),
    () => element('horizontalRule'),
    () => element('figure', { alt: word(), credit: '', decorative: !random(2) }, line()),
    (depth) => element('bulletList', {}, [item(depth), item(depth)]),
    (depth) => element('orderedList', { start: random(9) }, [item(depth)]),
    (depth) => element('blockquote', {}, [block(depth + 1)]),
    (depth) => element('callout', { kind: pick(['note', 'tip', 'warning']) }, [block(depth + 1)]),
    (depth) =>
      element('table', {}, [
        element('tableRow', {}, [
          element('tableHeader', { colspan: 1, rowspan: 1 }, [block(depth + 3)]),
          element('tableCell', { colspan: 1, rowspan: 1, colwidth: [120] }, [block(depth + 3)]),
        ]),
      ]),
  ];
  const block = (depth = 0) => kinds[random(depth > 3 ? 5 : kinds.length)](depth);

  /** Everything in the document: [node, parent, index]. */
  const all = (fragment) => {
    const found = [];
    const walk = (parent) =>
      parent.toArray().forEach((node, index) => {
        found.push([node, parent, index]);
        if (node instanceof Y.XmlElement) walk(node);
      });
    walk(fragment);
    return found;
  };
  const string = (node) =>
    node
      .toDelta()
      .map(({ insert }) => insert)
      .join('');
  // Never in the middle of a surrogate pair: a browser does not do that.
  const offset = (content) => {
    const at = random(content.length + 1);
    const code = content.charCodeAt(at);
    return code >= 0xdc00 && code < 0xe000 ? at - 1 : at;
  };
  const range = (node) => {
    const content = string(node);
    const ends = [offset(content), offset(content)].sort((a, b) => a - b);
    return [ends[0], ends[1] - ends[0]];
  };
  const isText = ([node]) => node instanceof Y.XmlText;
  const named =
    (names) =>
    ([node]) =>
      node instanceof Y.XmlElement && names.includes(node.nodeName);
  const some = (fragment, which) => pick(all(fragment).filter(which)) ?? [];
  const isBlock = ([node, parent]) =>
    node instanceof Y.XmlElement &&
    (parent instanceof Y.XmlElement ? containers.includes(parent.nodeName) : true);

  /** Take the tail of a text block into a new one behind it, as pressing Enter does. */
  const split = (fragment) => {
    const [node, parent, index] = some(fragment, isBlock);
    if (!node || !['paragraph', 'heading'].includes(node.nodeName)) return;
    const tail = element('paragraph');
    const children = node.toArray();
    const at = random(children.length + 1);
    const cut = children[at];
    const moved = children.slice(cut instanceof Y.XmlText ? at + 1 : at).map((n) => n.clone());
    if (cut instanceof Y.XmlText) {
      const from = offset(string(cut));
      const made = new Y.XmlText();
      made.applyDelta(clip(cut.toDelta(), from));
      moved.unshift(made);
      if (cut.length > from) cut.delete(from, cut.length - from);
      if (at + 1 < children.length) node.delete(at + 1, children.length - at - 1);
    } else if (at < children.length) node.delete(at, children.length - at);
    tail.insert(0, moved);
    parent.insert(index + 1, [tail]);
  };
  const clip = (delta, from) => {
    const out = [];
    let at = 0;
    for (const part of delta) {
      const rest = part.insert.slice(Math.max(0, from - at));
      at += part.insert.length;
      if (rest) out.push({ ...part, insert: rest });
    }
    return out;
  };
  /** The words of the next block come to the end of this one, as pressing Delete does. */
  const join = (fragment) => {
    const [node, parent, index] = some(fragment, isBlock);
    const next = node && index + 1 < parent.length ? parent.get(index + 1) : null;
    if (!next || node.nodeName !== 'paragraph' || next.nodeName !== 'paragraph') return;
    node.insert(
      node.length,
      next.toArray().map((child) => child.clone()),
    );
    parent.delete(index + 1, 1);
  };

  const insert = (fragment) => {
    const [node] = some(fragment, isText);
    if (node) node.insert(offset(string(node)), word());
  };
  const changes = [
    insert,
    insert,
    insert,
    (fragment) => {
      const [node] = some(fragment, isText);
      const [at, length] = node ? range(node) : [0, 0];
      if (length) node.delete(at, length);
    },
    (fragment) => {
      const [node, parent] = some(fragment, isText);
      const [at, length] = node ? range(node) : [0, 0];
      if (!length || parent.nodeName === 'codeBlock') return;
      const mark = pick(['bold', 'italic', 'link', 'code', 'link--aGFzaGVk']);
      const href = { href: `https://e.org/${random(9)}` };
      node.format(at, length, {
        [mark]: random(4) === 0 ? null : mark.startsWith('link') ? href : {},
      });
    },
    (fragment) => {
      const [node] = some(fragment, named(inline));
      if (!node) return;
      if (!node.length || random(3) === 0) node.insert(random(node.length + 1), [text(word())]);
      else if (random(2)) node.insert(random(node.length + 1), [element('hardBreak')]);
      else node.insert(random(node.length + 1), [element('footnote', {}, [text(word())])]);
    },
    (fragment) => {
      const [node] = random(3) ? [fragment] : some(fragment, named(containers));
      if (node) node.insert(random(node.length + 1), [block(node === fragment ? 0 : 3)]);
    },
    (fragment) => {
      const [node] = some(fragment, named(['bulletList', 'orderedList']));
      if (node) node.insert(random(node.length + 1), [item(2)]);
    },
    (fragment) => {
      const [node, parent, index] = some(fragment, () => true);
      if (node && (parent !== fragment || fragment.length > 3)) {
        parent.delete(index, 1 + random(Math.min(3, parent.length - index)));
      }
    },
    (fragment) => {
      const [node] = some(fragment, named(['heading', 'orderedList', 'callout', 'figure']));
      if (!node) return;
      if (node.nodeName === 'heading') node.setAttribute('level', 1 + random(6));
      else if (node.nodeName === 'orderedList') node.setAttribute('start', random(100));
      else if (node.nodeName === 'callout') node.setAttribute('kind', pick(['note', 'example']));
      else if (random(2)) node.setAttribute('alt', word());
      else node.removeAttribute('alt');
    },
    split,
    split,
    join,
  ];
  return (fragment) => pick(changes)(fragment);
}
