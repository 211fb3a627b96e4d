import type { Rule } from 'prism-emulator';
import { executions } from '../support/accounting';
import { launches, organizations, pipelineRigs, readReport } from '../support/pipeline-rig';
import { dedupe, expectTrue, requestsFor } from './support/launch-once-rig';

const rig = pipelineRigs();
const batches = { batchSize: 20, maxConcurrentImports: 1, ...dedupe };

/** Organizations of which some have no domain. */
const withoutDomain = (rows: number, blank: readonly number[]): string =>
  organizations(
    rows,
    Object.fromEntries(blank.map((row, index) => [row, `Org ${row},${index % 2 === 0 ? '' : '  '}`])),
  );

const outcomes = (uri: string) => readReport(uri).map(({ outcome }) => outcome);

test('rows without a value for dedupe_by are launched apart, and every row once', async () => {
  const { start, emulator } = await rig({ emulator: { asyncThreshold: 10 } });
  const report = await (await start(withoutDomain(40, [3, 4, 17]), batches)).result();
  expect(report.totals).toMatchObject({ rows: 40, created: 40 });
  expect(launches(emulator).map(({ rows }) => rows)).toEqual([17, 3, 20]);
  expect(requestsFor(emulator, '2')).toHaveLength(1);
  expect(emulator.controller.counts().organization).toBe(40);
});

test('where an answer is lost, rows with a value are sent again, and rows without one are unknown and sent once', async () => {
  const { start, emulator } = await rig({ emulator: { asyncThreshold: 10 } });
  emulator.controller.addRule({ operation: 'import', nth: [1, 3], respond: 'reset-after' });
  const report = await (await start(withoutDomain(20, [3, 4, 17]), batches)).result();
  expect(report.totals).toMatchObject({ rows: 20, created: 17, unknown: 3 });
  expect(
    outcomes(report.reportUri).flatMap((outcome, index) => (outcome === 'unknown' ? index + 1 : [])),
  ).toEqual([3, 4, 17]);
  expect(readReport(report.reportUri)[2]?.['error_message']).toContain('this could create the rows twice');
  expect(launches(emulator).map(({ status, rows }) => ({ status, rows }))).toEqual([
    { status: null, rows: 17 },
    { status: 202, rows: 17 },
    { status: null, rows: 3 },
  ]);
  expect([...executions(launches(emulator)).values()]).toEqual([1, 1]);
  expect(emulator.controller.counts().organization).toBe(20);
});

describe('an import that failed as a whole', () => {
  const failed = { code: 'import_worker_failed', message: 'out of memory' };
  const failing = (more: Partial<Rule>): Rule => ({
    operation: 'import',
    job: { end: { failed, at: 0.4 } },
    ...more,
  });
  const jobs = { emulator: { asyncThreshold: 10, unfinishedResults: 'partial' } } as const;

  test('is launched again with dedupe_by; what it has imported stays created', async () => {
    const { start, emulator, ...on } = await rig(jobs);
    emulator.controller.addRule(failing({ times: 1 }));
    const beganMs = await on.env.currentTimeMs();
    const report = await (await start(organizations(20), batches)).result();
    expect(report.totals).toMatchObject({ rows: 20, created: 20 });
    await expectTrue(report, emulator, 20);
    expect(report.importsByStatus).toEqual({ failed: 1, complete: 1 });
    expect(requestsFor(emulator, '1').map(({ idempotencyKey }) => idempotencyKey?.slice(-4))).toEqual([
      '-1-1',
      '-1-2',
    ]);
    expect((await on.env.currentTimeMs()) - beganMs).toBeGreaterThan(60_000);
  });

  test('is launched again twice at most; then its rows without a result are unknown', async () => {
    const { start, emulator } = await rig(jobs);
    emulator.controller.addRule(failing({}));
    const report = await (await start(organizations(20), batches)).result();
    expect(report.totals).toMatchObject({ rows: 20, created: 8, unknown: 12 });
    expect(launches(emulator)).toHaveLength(3);
    expect(report.importsByStatus).toEqual({ failed: 3 });
    expect(report.imports.map(({ message }) => message)).toEqual(
      Array(3).fill(expect.stringContaining('out of memory')),
    );
  });

  test('is launched again twice at most, too, when its rows are halved in between', async () => {
    const { start, emulator } = await rig(jobs);
    const body = { error: { code: 'payload_too_large', message: 'too large' } };
    emulator.controller.addRule({ operation: 'import', nth: [2], respond: { status: 413, body } });
    emulator.controller.addRule(failing({}));
    const report = await (await start(organizations(20), batches)).result();
    expect(report.totals).toMatchObject({ rows: 20, failed: 0 });
    expect(launches(emulator).map(({ rows }) => rows)).toEqual([20, null, 10, 10, 10, 10]);
  });

  test.each([
    { rowsOf: 'any rows without dedupe_by', csv: organizations(20), more: { options: {} } },
    { rowsOf: 'rows without a value for it', csv: `name,primary_domain\n${'Org,\n'.repeat(20)}`, more: {} },
  ])('is not launched again for $rowsOf', async ({ csv, more }) => {
    const { start, emulator } = await rig(jobs);
    emulator.controller.addRule(failing({}));
    const { totals } = await (await start(csv, { ...batches, ...more })).result();
    expect(totals).toMatchObject({ rows: 20, created: 8, unknown: 12 });
    expect(launches(emulator)).toHaveLength(1);
  });
});
