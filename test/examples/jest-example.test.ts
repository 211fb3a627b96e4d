import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
let folder: string;

beforeAll(async () => {
  // A project of somebody else's that has the package installed.
  folder = await mkdtemp(join(tmpdir(), 'jest-example-'));
  await cp(join(root, 'examples', 'jest'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'prism-imports'));
});
afterAll(() => rm(folder, { recursive: true }));

test("somebody else's jest tests pass against the package as it is built", async () => {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { stdout } = await run(process.execPath, [jest, '--json', '--rootDir', folder], {
    cwd: folder,
    env: withoutAccounts(),
  });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 5, numTotalTests: 5 });
});
