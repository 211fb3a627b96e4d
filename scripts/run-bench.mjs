// Runs a program of bench/ directly from TypeScript: `node scripts/run-bench.mjs NAME [arguments passed on]`.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../bench/', import.meta.url));
const require = createRequire(import.meta.url);

require('./require-typescript.cjs');

const name = process.argv.splice(2, 1)[0] ?? '';
const file = join(folder, `${name}.ts`);
if (/^[a-z-]+$/.test(name) && existsSync(file)) {
  await require(file).main(process.argv.slice(2));
} else {
  const programs = readdirSync(folder)
    .filter((entry) => entry.endsWith('.ts'))
    .map((entry) => entry.slice(0, -'.ts'.length));
  console.error(`bench: saw ${JSON.stringify(name)}, expected one of ${programs.join(', ')}`);
  process.exitCode = 2;
}
