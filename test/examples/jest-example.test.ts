import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const modules = join(root, 'node_modules');
const example = join(root, 'examples', 'jest');
let folder: string;
let page: string;

beforeEach(async () => {
  // A project of somebody else's that has the package installed.
  folder = await mkdtemp(join(tmpdir(), 'jest-example-'));
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'prism-imports'));
  page = await readFile(join(root, 'docs', 'emulator.md'), 'utf8');
});
afterEach(() => rm(folder, { recursive: true }));

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text ?? '');

/** What jest says of the project; a run with failures has output too. */
async function runJest(): Promise<unknown> {
  const jest = join(modules, 'jest', 'bin', 'jest.js');
  const program = [jest, '--json', '--rootDir', folder];
  const { stdout } = await run(process.execPath, program, { cwd: folder, env: withoutAccounts() }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout);
}

test("somebody else's jest tests pass against the package as it is built", async () => {
  expect(await runJest()).toMatchObject({ success: true, numPassedTests: 10, numTotalTests: 10 });
});

test('they notice a pipeline that sends another key with every attempt', async () => {
  const file = join(folder, 'import-contacts.js');
  const source = await readFile(file, 'utf8');
  const random = "'x-api-key': apiKey, 'content-type': 'application/json', ...init.headers";
  expect(source).toContain(random);
  await writeFile(file, source.replace(random, `${random}, 'idempotency-key': String(Math.random())`));
  expect(await runJest()).toMatchObject({ success: false, numTotalTests: 10 });
});

test.each([
  { block: 0, file: 'import-contacts.test.js' },
  { block: 1, file: 'import-contacts.js' },
])('the page of the emulator shows $file as it is', async ({ block, file }) => {
  expect(blocks('js')[block]).toBe(await readFile(join(example, file), 'utf8'));
});

test("the page's TypeScript fits the types of the package", async () => {
  const program = blocks('ts').join('\n');
  expect(program).toContain('startPrismEmulator');
  await writeFile(join(folder, 'page.mts'), program);
  const tsc = [join(modules, 'typescript', 'bin', 'tsc'), '--noEmit', '--strict'];
  const options = ['--module', 'node16', '--target', 'es2023', '--types', 'node'];
  const typeRoots = ['--typeRoots', join(modules, '@types')];
  const { stdout } = await run(process.execPath, [...tsc, ...options, ...typeRoots, 'page.mts'], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});
