// Writes the JSON Schemas of the inputs, for other languages: `npm run schemas`, after `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const { jsonSchemas } = createRequire(import.meta.url)('../dist/entries/json-schemas.js');
const folder = fileURLToPath(new URL('../schemas/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  const filepath = `${folder}${name}.schema.json`;
  const text = JSON.stringify(schema, null, 2);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}
