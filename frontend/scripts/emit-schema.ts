// Writes src/editor/schema.json from the editor's schema; `npm run schema` runs it.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { schemaJson } from '../src/editor/schemaJson';

const target = fileURLToPath(new URL('../src/editor/schema.json', import.meta.url));
const text = await format(JSON.stringify(schemaJson()), { parser: 'json', printWidth: 100 });
writeFileSync(target, text);
