// Reports the cells of the table in docs/callers.md whose test did not pass in the runs that jest's reports describe:
// node scripts/check-callers.mjs REPORT…
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const page = readFileSync(new URL('../docs/callers.md', import.meta.url), 'utf8');
const [, section = ''] = page.split('\n## What the tests run\n');
const cells = [...section.split('\n## ')[0].matchAll(/\| +`([\w.-]+)`: (.+?)(?= +\|)/g)];

const passed = new Set();
for (const file of process.argv.slice(2)) {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { name, assertionResults } of testResults)
    for (const { title, status } of assertionResults)
      if (status === 'passed') passed.add(`${basename(name, '.test.ts')}: ${title}`);
}

const missing = cells.map(([, name, title]) => `${name}: ${title}`).filter((cell) => !passed.has(cell));
for (const cell of missing) console.error(`docs/callers.md names a test that has not passed: ${cell}`);
if (cells.length === 0) console.error('docs/callers.md: no cell found below "What the tests run"');
process.exitCode = missing.length > 0 || cells.length === 0 ? 1 : 0;
