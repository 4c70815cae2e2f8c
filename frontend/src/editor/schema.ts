// The manuscript's schema as the editor knows it: the frontend truth that `npm run schema` writes
// down in schema.json, and that app/manuscript/schema.json must equal.
import type { AnyExtension, NodeViewRenderer } from '@tiptap/core';
import { Bold, Code, Italic, Link, Strike, Subscript, Superscript } from './marks';
import { Callout } from './nodes/callout';
import { Figure } from './nodes/figure';
import { Footnote } from './nodes/footnote';
import { BulletList, ListItem, OrderedList } from './nodes/lists';
import { Table, TableCell, TableHeader, TableRow } from './nodes/tables';
import {
  Blockquote,
  CodeBlock,
  Doc,
  HardBreak,
  Heading,
  HorizontalRule,
  Paragraph,
  Text,
} from './nodes/text';

export interface SchemaViews {
  figure: NodeViewRenderer;
  footnote: NodeViewRenderer;
}

/** Every node and mark; with `views` figures and footnotes can be edited in place. */
export function manuscript(views?: SchemaViews): AnyExtension[] {
  return [
    Doc,
    Paragraph, // first: what an empty place is filled with
    Heading,
    BulletList,
    OrderedList,
    ListItem,
    Blockquote,
    Callout,
    Figure.configure({ view: views?.figure ?? null }),
    Table,
    TableRow,
    TableCell,
    TableHeader,
    CodeBlock,
    HorizontalRule,
    Text,
    HardBreak,
    Footnote.configure({ view: views?.footnote ?? null }),
    Link,
    Bold,
    Italic,
    Strike,
    Code,
    Subscript,
    Superscript,
  ];
}
