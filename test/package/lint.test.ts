import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packPackage, packTarball } from './support/pack';

const run = promisify(execFile);
const modules = join(__dirname, '..', '..', 'node_modules');
const publint = join(modules, 'publint', 'src', 'cli.js');
const attw = join(modules, '@arethetypeswrong', 'cli', 'dist', 'index.js');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-lint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a program that ends with 1 wrote; nothing when it ended with 0. */
async function complaints(program: string, parameters: string[]): Promise<string> {
  const said = (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`;
  const nothing = () => '';
  return run(process.execPath, [program, ...parameters], { cwd: folder }).then(nothing, said);
}

describe.each(['.', 'emulator'] as const)('the package of %s', (workspace) => {
  let tarball: string;
  beforeAll(async () => {
    tarball = await packTarball(folder, workspace);
  });

  test('is as publint wants it, warnings included', async () => {
    expect(await complaints(publint, [tarball, '--strict'])).toBe('');
  });

  test('has types that resolve as its scripts do, by every way of resolution', async () => {
    expect(await complaints(attw, [tarball])).toBe('');
  });
});

test('both refuse an entry that names a file which is not there', async () => {
  const { folder: unpacked, packageJson } = await packPackage(folder);
  const wrong = { types: './dist/entries/gone.d.ts', default: './dist/entries/gone.js' };
  const spoiled = { ...packageJson, exports: { ...packageJson.exports, './workflow': wrong } };
  await writeFile(join(unpacked, 'package.json'), JSON.stringify(spoiled));
  const tarball = join(folder, 'spoiled.tgz');
  await run('tar', ['-czf', tarball, '-C', folder, 'package']);
  expect(await complaints(publint, [tarball, '--strict'])).toContain('gone.js');
  expect(await complaints(attw, [tarball])).toContain('Import failed to resolve');
});
