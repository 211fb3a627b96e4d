import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'releasing.md'), 'utf8');
const workflows = join(root, 'src', 'workflows');
const sources = readdirSync(workflows, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

/** Those given to `patched` as they are, and those that end with a number, here `N`. */
const ofCode = [
  ...sources.matchAll(/\b(?:patched|deprecatePatch)\('([^']+)'\)/g),
  ...sources.matchAll(/`([a-z]+(?:-[a-z]+)*-\$\{)\w+\}`/g),
].map(([, id = '']) => id.replace('${', 'N'));

test('every patch of the workflows is listed, with when it may go, and no other', () => {
  const listed = [...page.matchAll(/^\| `([\w.-]+)` +\| [^|]+ \| [^|]+ \|$/gm)].map(([, id]) => id);
  expect(listed.sort()).toEqual(ofCode.sort());
});

test('no call of patched has an id that this cannot read', () => {
  const calls = [...sources.matchAll(/\b(?:patched|deprecatePatch)\(([^)]*)\)/g)].map(([, asked]) => asked);
  expect(calls.filter((asked) => !/^(?:'[^']+'|patchId)$/.test(asked ?? ''))).toEqual([]);
});
