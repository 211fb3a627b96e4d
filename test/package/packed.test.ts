import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';

interface PackageJson {
  dependencies: Record<string, string>;
  bundleDependencies: string[];
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
/** A project of somebody else's that has nothing but the package as npm publishes it, and what that depends on. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'prism-packed-'));
  const pack = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', project];
  const { stdout } = await run('npm', pack, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'prism-imports');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', installed]);
  const {
    dependencies,
    bundleDependencies,
    peerDependencies,
    peerDependenciesMeta: meta,
  } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as PackageJson;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (bundleDependencies.includes(name) || meta[name]?.optional === true) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

const node = (...parameters: string[]) =>
  run(process.execPath, parameters, { cwd: project, env: withoutAccounts() });

test('the emulator can be started from prism-imports/testing', async () => {
  const program = `
    const { startPrismEmulator } = require('prism-imports/testing');
    startPrismEmulator().then(async ({ baseUrl, close }) => {
      const { status } = await fetch(baseUrl + '/v2/prism/team/deal/count', { headers: { 'x-api-key': 'k' } });
      console.log(status);
      await close();
    });`;
  expect((await node('-e', program)).stdout).toBe('200\n');
});

test('the command has its emulator', async () => {
  const command = join('node_modules', 'prism-imports', 'dist', 'cli', 'main.js');
  const { stdout } = await node(command, 'emulator', '--help');
  expect(stdout).toContain('Usage: prism-imports emulator');
});

test.each([['S3', { PRISM_STORAGE: 's3://bucket/prefix' }, '@aws-sdk/client-s3 @aws-sdk/lib-storage']])(
  'a worker that needs %s ends at once where its packages are missing, and names them',
  async (feature, settings, packages) => {
    const command = join('node_modules', 'prism-imports', 'dist', 'cli', 'main.js');
    const env = { ...withoutAccounts(), MICRO_API_KEY: 'key-of-tests', ...settings };
    const ended = run(process.execPath, [command, 'worker'], { cwd: project, env });
    const said = `${feature} needs packages that are not installed: npm install ${packages}`;
    await expect(ended).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) as string });
  },
);

test('the types of prism-imports/testing can be used', async () => {
  const program = `import { startPrismEmulator, type EmulatorOptions } from 'prism-imports/testing';
const options: EmulatorOptions = { job: { duration: '1s' } };
// @ts-expect-error a job takes a duration
const wrong: EmulatorOptions = { job: { duration: true } };
await startPrismEmulator({ ...options, ...wrong });
`;
  await writeFile(join(project, 'page.mts'), program);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noEmit', '--strict', '--module', 'node16', '--target', 'es2023', '--types', 'node'];
  const typeRoots = ['--typeRoots', join(root, 'node_modules', '@types')];
  const { stdout } = await node(tsc, ...options, ...typeRoots, 'page.mts').catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
