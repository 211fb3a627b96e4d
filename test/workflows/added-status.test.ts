import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { ImportReport } from '../../src/core/pipeline/report';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import { withoutAccounts } from '../../src/config/config';
import { freePort } from '../../src/dev/free-port';
import { organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';

/** All that a new final status of the API needs: the API's word, then ours with what is known of it. */
const jobStatus = {
  file: 'src/core/api/job-statuses.ts',
  after: '  failed: { isFinal: true },\n',
  line: '  cancelled: { isFinal: true },\n',
};
const endStatuses = 'src/core/tracker/end-statuses.ts';
const endStatus = [
  {
    file: endStatuses,
    after: "    shortfall: 'failed',\n  },\n",
    line: `  stopped: {
    by: 'api',
    title: 'Stopped in Micro',
    advice: 'Ask who stopped it, and import the rest again.',
    tone: 'bad',
    exitCode: 3,
    shortfall: 'was cancelled',
  },
`,
  },
  {
    file: endStatuses,
    after: "  failed: 'failed',\n",
    line: "  cancelled: 'stopped',\n",
  },
];

const root = join(__dirname, '..', '..');
const files = new TemporaryFiles();
const taskQueue = `added-status-${randomUUID()}`;
const teamId = 'acme';

let checkout: string;
let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess | undefined;
let environment: Record<string, string>;
let metricsAddress: string;

jest.setTimeout(300_000);

/** A copy of what is built, in the checkout, where packages are found as ever. */
function copyCheckout(): string {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(root, '.cache', 'added-status-'));
  const built = [
    'src',
    'scripts',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ];
  for (const path of [...built, 'emulator/src', 'emulator/tsconfig.build.json'])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function insert({ file, after, line }: typeof jobStatus): void {
  const path = join(checkout, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(after).length !== 2) throw new Error(`${file} does not have once: ${after}`);
  writeFileSync(path, text.replace(after, `${after}${line}`));
}

const node = (...parameters: string[]) =>
  spawnSync(process.execPath, parameters, { cwd: checkout, encoding: 'utf8' });

/** Runs the command line of the copy, and gives what it says and its exit code. */
async function cli(...parameters: string[]): Promise<{ code: number; stdout: string }> {
  const program = join(checkout, 'dist', 'cli', 'main.js');
  const options = { env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment } };
  return promisify(execFile)(process.execPath, [program, ...parameters], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
}

const metrics = async (): Promise<string> => (await fetch(`http://${metricsAddress}/metrics`)).text();

beforeAll(async () => {
  checkout = copyCheckout();
  [env, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
});
afterAll(async () => {
  await worker?.kill();
  await emulator?.close();
  await env?.teardown();
  files.remove();
  rmSync(checkout, { recursive: true, force: true });
});

test('the compiler asks what a new final status of the API is in our words', () => {
  insert(jobStatus);
  const strictly = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'node16',
    '--types',
    'node',
  ];
  const { stdout } = node('node_modules/typescript/bin/tsc', ...strictly, endStatuses);
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^src\/core\/tracker\/end-statuses\.ts.* Property 'cancelled' is missing/),
  ]);
});

test('answered in one more entry, the build takes it', async () => {
  for (const each of endStatus) insert(each);
  const { status, stderr } = node('scripts/build.mjs');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });

  metricsAddress = `127.0.0.1:${await freePort()}`;
  environment = {
    TEMPORAL_ADDRESS: env.address,
    PRISM_TASK_QUEUE: taskQueue,
    PRISM_STORAGE: `file:${files.folder}/store`,
    PRISM_SOURCES: `file:${files.folder}/input.csv`,
    PRISM_METRICS_ADDRESS: metricsAddress,
    MICRO_API_KEY: 'test-key',
    MICRO_TEAM_ID: teamId,
    MICRO_BASE_URL: emulator.baseUrl,
  };
  worker = await startWorkerProcess({ program: [join(checkout, 'dist', 'worker.js')], environment });
  expect(await metrics()).toMatch(/prism_imports_ended_total\{[^}]*status="stopped"[^}]*\} 0/);
});

test('a tracker ends by it, and metrics, details, list and exit code say so', async () => {
  const jobId = await emulator.controller.createJob({ teamId, jobId: 'job-1', total: 9, duration: '7d' });
  await emulator.controller.setJob(jobId, { status: 'cancelled' });

  const tracked = await cli('track', jobId, '--json');
  const outcome = JSON.parse(tracked.stdout) as ImportOutcome;
  expect(outcome).toMatchObject({ status: 'stopped', job: { status: 'cancelled' }, tracking: { polls: 1 } });
  expect(tracked.code).toBe(3);

  const handle = env.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`);
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('**Stopped in Micro**');
  expect(currentDetails).toContain('What to do: Ask who stopped it');

  await until(async () => (await cli('list', '--status', 'stopped')).stdout.includes(jobId));
  const text = await metrics();
  expect(text).toMatch(/prism_imports_ended_total\{[^}]*status="stopped"[^}]*\} 1/);
  expect(text).toMatch(/prism_polls_total\{[^}]*result="cancelled"[^}]*\} 1/);
});

test('a pipeline takes in that an import of it ended so', async () => {
  emulator.controller.addRule({ operation: 'import', job: { duration: '7d' } });
  const handle = await env.client.workflow.start('importRecords', {
    taskQueue,
    workflowId: `pipeline-${taskQueue}`,
    args: [
      {
        teamId,
        objectType: 'organization',
        source: { uri: files.write('input.csv', organizations(200)), format: 'csv' },
        polling: { initialInterval: '200ms', maximumInterval: '200ms' },
      },
    ],
  });
  const launched = async () => (await emulator.controller.jobs()).filter(({ id }) => id !== 'job-1');
  await until(async () => (await launched()).length === 1);
  for (const { id } of await launched()) await emulator.controller.setJob(id, { status: 'cancelled' });

  const report = (await handle.result()) as ImportReport;
  expect(report.importsByStatus).toEqual({ stopped: 1 });
  expect(report.imports).toMatchObject([
    {
      status: 'stopped',
      message: 'the API reports that the import was cancelled (without a reason)',
      unknown: 200,
    },
  ]);
  expect(await cli('import', '--attach', handle.workflowId)).toMatchObject({ code: 3 });
});
