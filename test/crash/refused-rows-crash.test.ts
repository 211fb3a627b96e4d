import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { executions } from '../support/accounting';
import { launches, organizations } from '../support/pipeline-rig';
import { startDevServer } from '../support/temporal';
import { expectTrue } from '../workflows/support/launch-once-rig';
import { startCrashRig, type CrashRig } from './support/crash-rig';

const rows = 80;
const batchSize = 20;
const bad = [1, 17, 40, 41, 80];
let env: TestWorkflowEnvironment;
let rig: CrashRig | undefined;

beforeAll(async () => {
  env = await startDevServer();
});
afterEach(() => rig?.close());
afterAll(() => env?.teardown());

test.each([
  { name: 'with-dedupe', named: 'none', options: { dedupe_by: 'primary_domain' }, maxConcurrentImports: 4 },
  { name: 'without-dedupe', named: 'path', options: {}, maxConcurrentImports: 1 },
] as const)(
  'a worker that is killed while refused rows are searched loses no other row, and sends none twice ($name)',
  async ({ name, named, options, maxConcurrentImports }) => {
    rig = await startCrashRig(env, {
      name,
      csv: organizations(rows, Object.fromEntries(bad.map((row) => [row, `Bad,o${row}.example`]))),
      emulator: {
        job: { duration: '1s' },
        asyncThreshold: 10,
        rules: [{ refuse: { rows: { property: 'name', equals: 'Bad' }, named, most: 1 } }],
      },
    });
    const { emulator, worker } = rig;
    const moments = [2, 4].map((requests) => () => launches(emulator).length >= requests);
    const input = { batchSize, maxConcurrentImports, options, pollEvery: '500ms' };
    const report = await rig.import(input, moments);
    expect(worker.kills).toBeGreaterThan(0);
    const { created, failed, unknown } = report.totals;
    if ('dedupe_by' in options)
      expect({ failed, created }).toEqual({ failed: bad.length, created: rows - bad.length });
    else {
      // Where an answer was lost with its worker, all rows of that request are unknown, refused ones too.
      const most = batchSize * maxConcurrentImports * worker.kills;
      expect(most).toBeLessThan(rows);
      expect(unknown).toBeLessThanOrEqual(most);
      expect(created).toBeGreaterThanOrEqual(rows - bad.length - most);
      expect(failed).toBeLessThanOrEqual(bad.length);
      expect(created + failed + unknown).toBe(rows);
    }
    await expectTrue(report, emulator, rows);
    const times = [...executions(launches(emulator)).values()];
    expect(times.filter((count) => count > 1)).toEqual([]);
  },
  300_000,
);
