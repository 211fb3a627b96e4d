import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { importRecords } from '../../src/workflows/import-records';
import { executions } from '../support/accounting';
import { launches, organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { teamId } from '../support/tracker-rig';
import { expectTrue } from '../workflows/support/launch-once-rig';
import { KilledWorker } from './support/killed-worker';

const rows = 80;
const bad = [1, 17, 40, 41, 80];
const files = new TemporaryFiles();
let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: KilledWorker;

beforeAll(async () => {
  env = await startDevServer();
});
afterEach(async () => {
  await worker?.end();
  await emulator?.close();
});
afterAll(async () => {
  await env?.teardown();
  files.remove();
});

test.each([
  { name: 'with-dedupe', named: 'none', options: { dedupe_by: 'primary_domain' } },
  { name: 'without-dedupe', named: 'path', options: {} },
] as const)(
  'a worker that is killed while refused rows are searched loses no other row, and sends none twice ($name)',
  async ({ name, named, options }) => {
    emulator = await startPrismEmulator({
      job: { duration: '1s' },
      asyncThreshold: 10,
      rules: [{ refuse: { rows: { property: 'name', equals: 'Bad' }, named, most: 1 } }],
    });
    worker = new KilledWorker({
      environment: {
        TEMPORAL_CONFIG_FILE: '/dev/null',
        TEMPORAL_ADDRESS: env.address,
        PRISM_TASK_QUEUE: name,
        PRISM_STORAGE: `file:${files.folder}/${name}-store`,
        PRISM_SOURCES: `file:${files.folder}/${name}.csv`,
        MICRO_API_KEY: 'test-key',
        MICRO_BASE_URL: emulator.baseUrl,
      },
    });
    const csv = organizations(rows, Object.fromEntries(bad.map((row) => [row, `Bad,o${row}.example`])));
    const source = { uri: files.write(`${name}.csv`, csv), format: 'csv' } as const;
    const polling = { initialInterval: '500ms', maximumInterval: '500ms' } as const;
    const run = () =>
      env.client.workflow.execute<typeof importRecords>('importRecords', {
        taskQueue: name,
        workflowId: name,
        args: [{ teamId, objectType: 'organization', source, batchSize: 40, polling, options }],
      });
    const moments = [2, 4].map((requests) => () => launches(emulator).length >= requests);
    const report = await worker.whileKilled(run, moments);
    expect(worker.kills).toBeGreaterThan(0);
    const { created, failed, unknown } = report.totals;
    if ('dedupe_by' in options)
      expect({ failed, created }).toEqual({ failed: bad.length, created: rows - bad.length });
    // Where an answer was lost with its worker, all rows of that request are unknown, refused ones too.
    else
      expect({ rows: created + failed + unknown, failed: failed <= bad.length }).toEqual({
        rows,
        failed: true,
      });
    await expectTrue(report, emulator, rows);
    const times = [...executions(launches(emulator)).values()];
    expect(times.filter((count) => count > 1)).toEqual([]);
  },
  300_000,
);
