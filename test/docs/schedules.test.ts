import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../src/config/config';
import type { ImportReport } from '../../src/core/pipeline/report';
import { temporalCli } from '../../src/dev/temporal-cli';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';

const page = join(__dirname, '..', '..', 'docs', 'schedules.md');
const none = { created: 0, updated: 0, existing: 0, failed: 0, unknown: 0 };
const scheduleId = 'nightly-companies';

let folder: string;
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-schedules-'));
  await symlink((await temporalCli()).path, join(folder, 'temporal'));
  await mkdir(join(folder, 'exports'));
  server = await startDevServer();
  emulator = await startPrismEmulator({ job: { duration: 0 } });
  worker = await startWorkerProcess({
    environment: {
      TEMPORAL_ADDRESS: server.address,
      MICRO_BASE_URL: emulator.baseUrl,
      MICRO_API_KEY: 'key-of-the-test',
      PRISM_STORAGE: `file:${join(folder, 'storage')}`,
      PRISM_SOURCES: `file:${join(folder, 'exports')}`,
    },
  });
});
afterAll(async () => {
  await worker?.stop();
  await emulator?.close();
  await server?.teardown();
  await rm(folder, { recursive: true, force: true });
});

/** The lines of the page, in its order: each is one command. */
async function documented(): Promise<string[]> {
  const blocks = [...(await readFile(page, 'utf8')).matchAll(/^```sh\n(.*?)\n```$/gms)];
  return blocks
    .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replaceAll('/srv/exports', join(folder, 'exports')));
}

const run = (command: string) =>
  promisify(execFile)('sh', ['-ec', command], {
    env: {
      ...withoutAccounts(),
      PATH: [folder, process.env['PATH']].join(delimiter),
      TEMPORAL_ADDRESS: server.address,
    },
  });

const info = async () => (await server.client.schedule.getHandle(scheduleId).describe()).info;
/** The pipelines that the schedule has started, oldest first. */
const started = async () =>
  (await info()).recentActions
    .sort((one, other) => one.takenAt.getTime() - other.takenAt.getTime())
    .map(({ action }) => (action as { workflow: StartedRun }).workflow);
/** Two that are started within one second have the same id. */
interface StartedRun {
  workflowId: string;
  firstExecutionRunId: string;
}
const reportOf = (run: StartedRun | undefined): Promise<ImportReport> =>
  server.client.workflow
    .getHandle(run?.workflowId ?? '', run?.firstExecutionRunId)
    .result() as Promise<ImportReport>;

test('the lines of docs/schedules.md import a file, and what overlaps does as the page says', async () => {
  const lines = await documented();
  const line = (pattern: RegExp) =>
    lines.find((each) => pattern.test(each)) ?? `echo no ${String(pattern)}; exit 1`;
  const trigger = line(/ trigger --schedule-id nightly-companies$/);
  const buffer = line(/ trigger .*BufferOne/);
  const rows = ['name,primary_domain', 'One,one.example', 'Two,two.example'].join('\n');
  await writeFile(join(folder, 'exports', 'companies.csv'), rows);

  let isHeld = true;
  emulator.controller.addRule({
    respond({ proceed }) {
      return isHeld ? { status: 503, body: {} } : proceed();
    },
  });
  await run(line(/schedule create/));
  await run(trigger);
  await until(async () => (await started()).length === 1);
  await until(() => emulator.controller.requests().length > 0);

  await run(trigger);
  await until(async () => (await info()).numActionsSkippedOverlap === 1);
  await run(buffer);
  await run(line(/schedule describe/));
  expect(await started()).toHaveLength(1);

  isHeld = false;
  await until(async () => (await started()).length === 2);
  const [first, second] = await started();
  expect(first?.workflowId).toMatch(/^nightly-companies-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect((await reportOf(first)).totals).toEqual({ ...none, rows: 2, created: 2 });
  expect((await reportOf(second)).totals).toMatchObject({ rows: 2, created: 0, failed: 0 });

  await run(line(/ toggle .*--pause /));
  await run(line(/ toggle .*--unpause /));
  await run(line(/schedule backfill/));
  await until(async () => (await started()).length === 3);
  expect((await reportOf((await started())[2])).totals).toMatchObject({ rows: 2, created: 0 });

  await rm(join(folder, 'exports', 'companies.csv'));
  await run(trigger);
  await until(async () => (await started()).length === 4);
  await expect(reportOf((await started())[3])).rejects.toThrow();
  await until(async () => (await server.client.schedule.getHandle(scheduleId).describe()).state.paused);
});
