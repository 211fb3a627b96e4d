import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const source = join(__dirname, '..', '..', '..', 'src');
const workflows = join(source, 'workflows', 'index.ts');
const shared = join(source, 'workflows', 'shared-modules.ts');

/** Files that a file imports when it runs; what is imported as a type is not there any more by then. */
function importsOf(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export) ([^;]*?) ?from '(\.[^']+)';/gm);
  return [...statements].flatMap(([, names = '', path = '']) => {
    const members = names.replace(/[{}]/g, '').split(',');
    const isType = names.startsWith('type ') || members.every((member) => /^\s*(type .*)?$/.test(member));
    return isType ? [] : [`${join(dirname(file), path)}.ts`];
  });
}

function reachable(file: string, found = new Set<string>()): Set<string> {
  expect(existsSync(file)).toBe(true);
  if (found.has(file)) return found;
  found.add(file);
  for (const each of importsOf(file)) reachable(each, found);
  return found;
}

const domainOf = (files: Iterable<string>): string[] =>
  [...files]
    .filter((file) => dirname(file) === join(source, 'domain'))
    .map((file) => relative(source, file))
    .sort();

// One that is not listed is evaluated for each workflow, or, when a listed one imports it, frozen all the way down, and
// its schemas check nothing.
test('every module of the domain that workflows run is shared by them', () => {
  const needed = domainOf(reachable(workflows));
  expect(needed.length).toBeGreaterThan(30);
  expect(domainOf(importsOf(shared))).toEqual(needed);
});
