import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowBundle } from '../../support/temporal';

const dist = join(__dirname, '..', '..', '..', 'dist');
const bundle = readFileSync(workflowBundle().codePath, 'utf8');

/** The bundle's own modules by name, such as `core/ids.js`, each with the modules that it loads. */
const loads = new Map(
  bundle.split(/^\/\*{3}\/ (?=")/m).flatMap((section): [string, string[]][] => {
    const [, name] = /^"\.\/dist\/([^"]+\.js)"/.exec(section) ?? [];
    const loaded = section.matchAll(/__webpack_require__\([^"()]*"\.\/dist\/([^"]+)"\)/g);
    return name === undefined ? [] : [[name, [...loaded].map(([, each]) => each!)]];
  }),
);

function reachable(name: string, found = new Set<string>()): Set<string> {
  if (!loads.has(name)) throw new Error(`The bundle has no module ${name}.`);
  if (found.has(name)) return found;
  found.add(name);
  for (const each of loads.get(name)!) reachable(each, found);
  return found;
}

const isOfCore = (name: string): boolean => name.startsWith('core/');

const exportsValue = /^(?:exports\.|Object\.defineProperty\(exports, "(?!__esModule))/m;

/** The compiled files of `core/`; a file of types alone, which exports nothing once compiled, is left out. */
const folder = readdirSync(join(dist, 'core'), { recursive: true, encoding: 'utf8' })
  .map((file) => `core/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.js') && exportsValue.test(readFileSync(join(dist, file), 'utf8')));

// The preloaded list is the folder, so it takes the modules that workflows load by themselves to tell what belongs
// there.
test('core/ is what workflows load, no more and no less', () => {
  const parts = [
    'workflows/index.js',
    'workflows/runtime/bounded-messages.js',
    'workflows/runtime/payload-converter.js',
    'workflows/runtime/trace-context.js',
  ];
  const loaded = new Set(parts.flatMap((part) => [...reachable(part)]));
  expect(folder.toSorted()).toEqual([...loaded].filter(isOfCore).toSorted());
  expect([...loaded].filter((name) => !isOfCore(name) && !name.startsWith('workflows/'))).toEqual([]);
});

// One that is not is evaluated for each workflow, or, when one that is imports it, frozen all the way down, and its
// schemas check nothing.
test('all of core/ is shared by the workflows of a worker', () => {
  const listed = bundle.matchAll(/^\s*"\.\/[^"]+\.js": "\.\/dist\/(core\/[^"]+)"/gm);
  expect([...listed].map(([, name]) => name)).toEqual(expect.arrayContaining(folder));
});
