import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

interface Component {
  /** Name and version. A workspace's `name` is that of its folder. */
  'bom-ref': string;
  hashes?: { alg: string; content: string }[];
  properties?: { name: string; value: string }[];
}

const nameOf = (component: Component) => component['bom-ref'].replace(/@[^@]+$/, '');
const packageJson = (...folder: string[]) =>
  JSON.parse(readFileSync(join(root, ...folder, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'peerDependencies',
    Record<string, string> | undefined
  >;

/** What the package or its image runs with. */
const needed = [
  packageJson().dependencies,
  packageJson().peerDependencies,
  packageJson('deploy', 'image').dependencies,
].flatMap((packages = {}) => Object.keys(packages));

const isDevelopment = ({ properties = [] }: Component) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

test('the bill of materials names all packages with checksums, and marks what only development needs', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(stdout) as { bomFormat: string; components: Component[] };
  expect(bill.bomFormat).toBe('CycloneDX');
  const unchecked = bill.components.filter(({ hashes = [] }) => hashes.length === 0).map(nameOf);
  expect(unchecked).toEqual(['prism-imports-image', 'prism-emulator']); // which are part of this repository

  const development = bill.components.filter(isDevelopment).map(nameOf);
  const production = bill.components.filter((component) => !isDevelopment(component)).map(nameOf);
  expect(production).toEqual(expect.arrayContaining(needed));
  expect(development).toEqual(expect.arrayContaining(['eslint', 'jest', 'typescript-eslint']));
});
