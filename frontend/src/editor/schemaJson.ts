// The schema as plain data, in the shape that app/manuscript reads.
import { getSchema } from '@tiptap/core';
import type { Schema } from '@tiptap/pm/model';
import { SCHEMA_VERSION } from '../sync/protocol';
import { manuscript } from './schema';

interface NodeJson {
  group?: string;
  inline?: true;
  atom?: true;
  content?: string;
  marks?: string;
  attrs?: Record<string, { default: unknown }>;
}

/** What is at its default is left out. */
export function schemaJson(schema: Schema = getSchema(manuscript())): unknown {
  const nodes: Record<string, NodeJson> = {};
  for (const [name, { spec }] of Object.entries(schema.nodes)) {
    const json: NodeJson = {};
    const group = spec.group?.split(' ').find((word) => word === 'block' || word === 'inline');
    if (group !== undefined) json.group = group;
    if (spec.inline === true) json.inline = true;
    if (spec.atom === true) json.atom = true;
    if (spec.content !== undefined && spec.content !== '') json.content = spec.content;
    if (spec.marks !== undefined && name === 'codeBlock') json.marks = spec.marks;
    const attrs = defaults(spec.attrs);
    if (attrs) json.attrs = attrs;
    nodes[name] = json;
  }
  const marks: Record<string, Pick<NodeJson, 'attrs'>> = {};
  for (const [name, { spec }] of Object.entries(schema.marks)) {
    const attrs = defaults(spec.attrs);
    marks[name] = attrs ? { attrs } : {};
  }
  return { version: SCHEMA_VERSION, top: schema.topNodeType.name, nodes, marks };
}

function defaults(attrs: Record<string, { default?: unknown }> | null | undefined) {
  const found = Object.entries(attrs ?? {}).map(([name, attr]) => [
    name,
    { default: attr.default ?? null },
  ]);
  return found.length > 0
    ? (Object.fromEntries(found) as Record<string, { default: unknown }>)
    : undefined;
}
