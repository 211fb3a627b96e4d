import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../src/config/config';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { installedExample } from './support/installed-example';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const teamId = randomUUID();
let folder: string;
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let tracker: WorkerProcess;

beforeAll(async () => {
  folder = await installedExample();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  [server, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    MICRO_API_KEY: 'emulator-key',
    MICRO_BASE_URL: emulator.baseUrl,
  };
  [tracker] = await Promise.all([
    startWorkerProcess({ environment }),
    run(process.execPath, [tsc, '--project', '.'], { cwd: folder }),
  ]);
});
afterAll(async () => {
  await tracker?.stop();
  await emulator?.close();
  await server?.teardown();
  await rm(folder, { recursive: true });
});

const start = (...flags: string[]) =>
  run(process.execPath, [join('dist', 'main.js'), '--address', server.address, ...flags], {
    cwd: folder,
    env: withoutAccounts(),
  });

test.each([
  { mode: 'typed-await', expected: { status: 'complete', job: { total: 7, failed: 2 } } },
  { mode: 'typed-continue-as-new', expected: { status: 'complete', job: { total: 7, failed: 2 } } },
  { mode: 'join', expected: { status: 'complete', job: { total: 7, failed: 2 } } },
  { mode: 'failed-rows', expected: { inline: 2, pages: 0, indexes: [0, 1] } },
  { mode: 'client', expected: { outcome: { status: 'complete' }, rows: 5 } },
])('the program follows an import with --mode $mode', async ({ mode, expected }) => {
  const error = { code: 'invalid_value', message: 'no address' };
  const results = Array.from({ length: 7 }, (_, index) =>
    index < 2 ? { input_index: index, id: null, error } : { input_index: index, id: `r-${index}` },
  );
  const jobId = randomUUID();
  await emulator.controller.createJob({ teamId, jobId, duration: 1500, results });
  const { stdout } = await start('--mode', mode, '--team', teamId, '--job', jobId);
  expect(JSON.parse(stdout)).toMatchObject(expected);
});

test.each([
  { flags: ['--mode', 'jion'], said: '--mode: saw jion, expected one of await, abandon' },
  { flags: ['--mode', 'join'], said: '--mode join needs --job, an import to follow' },
])('the program refuses $flags', async ({ flags, said }) => {
  await expect(start(...flags)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(said) as string,
  });
});

test('the complete parent of the page follows an import', async () => {
  const jobId = randomUUID();
  await emulator.controller.createJob({ teamId, jobId, duration: 500, total: 120 });
  expect(JSON.parse((await startParent(jobId)).stdout)).toMatchObject({ status: 'complete', teamId, jobId });
});

test('the complete parent of the page fails unless the import is complete', async () => {
  await expect(startParent('never-made')).rejects.toThrow('The import is expired');
});

const startParent = (jobId: string) =>
  run(process.execPath, [join('dist', 'await-import-main.js'), teamId, jobId], {
    cwd: folder,
    env: { ...withoutAccounts(), TEMPORAL_ADDRESS: server.address },
  });
