import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { timeSkippingServer } from '../support/test-server/time-skipping-server';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const modules = join(root, 'node_modules');
const example = join(root, 'examples', 'jest');
let folder: string;

beforeEach(async () => {
  // A project of somebody else's that has the package installed.
  folder = await mkdtemp(join(tmpdir(), 'jest-example-'));
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'prism-imports'));
  await symlink(join(modules, '@temporalio'), join(folder, 'node_modules', '@temporalio'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The examples in a language on a page of the documentation. */
async function blocks(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, block = '']) => block);
}

/** The SDK gives a test server 5 s to start, which a busy machine can exceed. */
const lateServer = /ephemeral server at [^ ]+ did not start within/;
const maxTries = 5;

/** How the tests of a project ended, and what jest says of those that failed. */
interface JestEnd {
  success: boolean;
  numPassedTests: number;
  numTotalTests: number;
  failures: string[];
}

/** What jest says of the project, or of one of its tests, once the SDK's test server has started in time. */
async function runJest(...tests: string[]): Promise<JestEnd> {
  for (let tries = 1; ; tries += 1) {
    const printed = await jestOutput(...tests);
    if (tries < maxTries && lateServer.test(printed)) continue;
    const end = JSON.parse(printed) as JestEnd & { testResults: { message: string }[] };
    return { ...end, failures: end.testResults.map(({ message }) => message).filter(Boolean) };
  }
}

/** A run with failures has output too. */
async function jestOutput(...tests: string[]): Promise<string> {
  const jest = join(modules, 'jest', 'bin', 'jest.js');
  const program = [jest, '--json', '--rootDir', folder, ...tests];
  const env = { ...withoutAccounts(), TEMPORAL_TEST_SERVER: (await timeSkippingServer()).path };
  const { stdout } = await run(process.execPath, program, { cwd: folder, env }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

test("somebody else's jest tests pass against the package as it is built", async () => {
  expect(await runJest()).toMatchObject({
    ...{ success: true, numPassedTests: 17, numTotalTests: 17 },
    failures: [],
  });
});

test.each([
  {
    fault: 'a pipeline that sends another key with every attempt',
    file: 'import-contacts.js',
    right: "'x-api-key': apiKey, 'content-type': 'application/json', ...init.headers",
    wrong: "'x-api-key': apiKey, ...init.headers, 'idempotency-key': String(Math.random())",
    numTotalTests: 10,
  },
  {
    fault: 'a parent that takes a failed import for a complete one',
    file: 'parent.js',
    right: "outcome.status === 'complete'",
    wrong: "'job' in outcome",
    numTotalTests: 7,
  },
])('they notice $fault', async ({ file, right, wrong, numTotalTests }) => {
  const source = await readFile(join(folder, file), 'utf8');
  expect(source).toContain(right);
  await writeFile(join(folder, file), source.replace(right, wrong));
  expect(await runJest(file.replace('.js', '.test.js'))).toMatchObject({ success: false, numTotalTests });
});

test.each([
  { page: 'emulator/tests.md', block: 0, file: 'import-contacts.test.js' },
  { page: 'emulator/tests.md', block: 1, file: 'import-contacts.js' },
  { page: 'callers/typescript/tests.md', block: 0, file: 'parent.js' },
  { page: 'callers/typescript/tests.md', block: 1, file: 'parent.test.js' },
])('docs/$page shows $file as it is', async ({ page, block, file }) => {
  expect((await blocks(page, 'js'))[block]).toBe(await readFile(join(example, file), 'utf8'));
});

test("the TypeScript on the emulator's pages fits the types of the package", async () => {
  const examples = ['emulator.md', 'emulator/faults.md'].map((page) => blocks(page, 'ts'));
  const program = (await Promise.all(examples)).flat().join('\n');
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
