import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packPackage, type PackageJson, type PackedPackage } from './support/pack';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
/** What no file may tell of: where the checkout is, and the home of whoever builds. */
const builder = [root, `${homedir()}/`];

let folder: string;
let packed: PackedPackage;
/** Paths within the package. */
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-tarball-'));
  packed = await packPackage(folder);
  files = readdirSync(packed.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(packed.folder.length + 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const textOf = (file: string) => readFileSync(join(packed.folder, file), 'utf8');
const matching = (pattern: RegExp) => files.filter((file) => pattern.test(file));

interface SourceMap {
  sources: string[];
  sourcesContent?: (string | null)[];
}

/** Each source map, in a file of its own or within a script. */
function sourceMaps(): [string, SourceMap][] {
  const apart = matching(/\.map$/).map((file) => [file, textOf(file)] as const);
  const within = matching(/\.[cm]?js$/).flatMap((file) => {
    const [, data] = /^\/\/# sourceMappingURL=data:[^,\s]*;base64,(\S+)/m.exec(textOf(file)) ?? [];
    return data === undefined ? [] : [[file, Buffer.from(data, 'base64').toString()] as const];
  });
  return [...apart, ...within].map(([file, text]) => [file, JSON.parse(text) as SourceMap]);
}

test('it holds what it is for, and nothing that only a build or the repository needs', () => {
  const tops = [...new Set(files.map((file) => file.split('/')[0]))].sort();
  expect(tops).toEqual([
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md'],
    ...['dashboards', 'data', 'dist', 'docs', 'examples', 'package.json', 'schemas'],
  ]);
  const apart = files.filter((file) => !file.startsWith('examples/'));
  expect(matching(/\.tsbuildinfo$|(^|\/)\.|\.log$/)).toEqual([]);
  expect(apart.filter((file) => /\.test\.|\.tsx?$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
});

test('what trying the examples leaves in a checkout is not packed', async () => {
  const checkout = join(folder, 'checkout');
  const left = ['typescript/dist/main.js', 'java/target/a.jar', 'python/__pycache__/main.pyc'];
  const locks = ['typescript/package-lock.json', 'jest/package-lock.json'];
  for (const file of [...left, ...locks, 'typescript/main.ts']) {
    await mkdir(dirname(join(checkout, 'examples', file)), { recursive: true });
    await writeFile(join(checkout, 'examples', file), '');
  }
  await copyFile(join(root, 'package.json'), join(checkout, 'package.json'));
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: checkout });
  const [{ files: taken }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  expect(taken.map(({ path }) => path).sort()).toEqual(['examples/typescript/main.ts', 'package.json']);
});

test('it holds no image but the drawings that its pages show', () => {
  expect(matching(/\.(png|jpe?g|gif|svg|webp|ico|avif)$/i)).toEqual([
    'docs/npm-start.svg',
    'docs/rehearse.svg',
  ]);
});

test('every source map holds its sources, and every script that names a map has it', () => {
  const maps = sourceMaps();
  expect(maps.length).toBeGreaterThan(100);
  const without = maps.filter(([, { sources, sourcesContent = [] }]) =>
    sources.some((_, index) => typeof sourcesContent[index] !== 'string'),
  );
  expect(without.map(([file]) => file)).toEqual([]);
  const dangling = matching(/\.([cm]?js|d\.[cm]?ts)$/).flatMap((file) => {
    const [, name] = /^\/\/# sourceMappingURL=(?!data:)(\S+)/m.exec(textOf(file)) ?? [];
    return name !== undefined && !files.includes(join(dirname(file), name)) ? [file] : [];
  });
  expect(dangling).toEqual([]);
});

test('no file tells where it was built', () => {
  const whole = files.map((file) => [file, readFileSync(join(packed.folder, file), 'latin1')] as const);
  const maps = sourceMaps().map(([file, map]) => [`source map of ${file}`, JSON.stringify(map)] as const);
  const revealing = [...whole, ...maps].filter(([, text]) => builder.some((place) => text.includes(place)));
  expect(revealing.map(([file]) => file)).toEqual([]);
  const absolute = sourceMaps().flatMap(([, { sources }]) =>
    sources.filter((path) => /^(\/|file:|[A-Z]:)/.test(path)),
  );
  expect(absolute).toEqual([]);
});

test('every link of its pages leads to a file of it, or to a whole address', () => {
  const dead = matching(/\.md$/).flatMap((page) => {
    const text = textOf(page).replace(/^ *```.*?^ *```$/gms, '');
    const links = [
      ...text.matchAll(/\]\(\s*<?([^)\s>]+)/g),
      ...text.matchAll(/^ *\[[^\]]+\]:\s*(\S+)/gm),
      ...text.matchAll(/\b(?:src|href)=["']([^"']+)/g),
    ].map(([, link = '']) => link);
    return links
      .filter((link) => !/^(https?:|mailto:|#)/.test(link))
      .filter((link) => !isHeld(join(dirname(page), link.split('#')[0] ?? '')))
      .map((link) => `${page}: ${link}`);
  });
  expect(dead).toEqual([]);
});

/** Whether the package has that file or folder. */
const isHeld = (path: string) => {
  const within = resolve('/', path).slice(1);
  return files.some((file) => file === within || file.startsWith(`${within.replace(/\/$/, '')}/`));
};

test('the emulator is part of it, and what both need is installed once, where npm puts it', () => {
  const { dependencies, bundleDependencies } = packed.packageJson;
  expect(bundleDependencies).toEqual([]);
  const emulator = JSON.parse(readFileSync(join(root, 'emulator', 'package.json'), 'utf8')) as PackageJson;
  expect(dependencies).toMatchObject(emulator.dependencies);
  expect(Object.keys(dependencies)).not.toContain('prism-emulator');
  const naming = matching(/(\.d\.ts|\.js)$/).filter((file) => /['"]prism-emulator['"]/.test(textOf(file)));
  expect(naming).toEqual([]);
});

test('every program it names can be run, and every file that an entry names is there', () => {
  const { bin, exports } = JSON.parse(textOf('package.json')) as PackageJson & {
    bin: Record<string, string>;
  };
  for (const program of Object.values(bin)) expect(textOf(program)).toMatch(/^#!\/usr\/bin\/env node\n/);
  const named = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const missing = named.filter((target) => {
    const [before = '', after] = target.replace(/^\.\//, '').split('*');
    return !files.some((file) => (after === undefined ? file === before : file.startsWith(before)));
  });
  expect(missing).toEqual([]);
});

test('older resolution finds the types of every entry too', () => {
  const { exports, typesVersions } = packed.packageJson;
  const typed = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string' || entry === '.' ? [] : [[basename(entry), [target.types]] as const],
  );
  expect(typesVersions).toEqual({ '*': Object.fromEntries(typed) });
});
