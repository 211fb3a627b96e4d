import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EmulatorOptions } from 'prism-emulator';
import { executions } from '../support/accounting';
import { pipelineRigs, launches, organizations, readReport } from '../support/pipeline-rig';
import {
  dedupe,
  expectSentOnce,
  expectTrue,
  refusing,
  requestsFor,
  failFirstRequests,
} from './support/launch-once-rig';

const rig = pipelineRigs();
const rows = 40;
const batches = { batchSize: 20 };

/** Row 27 is larger than what the server takes in a whole request; row 28 cannot be read. */
const fat = `${'x'.repeat(900)},o27.example`;
const withBadRows = organizations(rows, { 27: fat, 28: 'ragged' });

test.each([
  { status: 413, code: 'payload_too_large', maxConcurrentImports: 1 },
  { status: 422, code: 'too_many_rows', maxConcurrentImports: 4 },
  { status: 400, code: 'too_many_rows', maxConcurrentImports: 4 },
] as const)(
  'batches refused by $status for their rows are split until their parts are taken, each row once, $maxConcurrentImports at a time',
  async ({ status, code, maxConcurrentImports }) => {
    const emulator: EmulatorOptions = { asyncThreshold: 4, rowCap: { rows: 4, status, code } };
    const { start, ...on } = await rig({ emulator });
    const report = await (await start(organizations(rows), { ...batches, maxConcurrentImports })).result();
    expect(report.totals).toMatchObject({ rows, created: rows });
    await expectTrue(report, on.emulator, rows);
    expectSentOnce(on.emulator);
    const taken = launches(on.emulator).flatMap(({ rows: count }) => count ?? []);
    expect(Math.max(...taken)).toBeLessThanOrEqual(4);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(rows);
  },
);

test.each([
  { envelope: 'standard', maxConcurrentImports: 1 },
  { envelope: 'flat', maxConcurrentImports: 4 },
] as const)(
  'batches too large in bytes are split down to the row that is too large, which fails with the $envelope message of the API, $maxConcurrentImports at a time',
  async ({ envelope, maxConcurrentImports }) => {
    const oversizeAnswer = { status: 413, envelope };
    const emulator: EmulatorOptions = { asyncThreshold: 5, maxBodyBytes: 700, oversizeAnswer };
    const { start, ...on } = await rig({ emulator });
    const report = await (await start(withBadRows, { ...batches, maxConcurrentImports })).result();
    expect(report.totals).toMatchObject({ rows, created: rows - 2, failed: 2, unknown: 0 });
    const lines = await expectTrue(report, on.emulator, rows);
    expect(lines[26]).toMatchObject({ outcome: 'failed', error_code: 'import_not_started', id: null });
    expect(lines[26]?.error_message).toContain('The body is larger than 700 bytes');
    expect(lines[27]).toMatchObject({ outcome: 'failed', error_code: 'malformed_row' });
    expectSentOnce(on.emulator);
    expect(readFileSync(fileURLToPath(report.failedRowsUri ?? ''), 'utf8')).toBe(
      `name,primary_domain\n${fat}\nragged\n`,
    );
  },
);

test('of a batch that is split, only the part whose answer is lost is unknown without dedupe_by', async () => {
  const emulator: EmulatorOptions = { rowCap: { rows: 10, status: 413, code: 'payload_too_large' } };
  const { start, ...on } = await rig({ emulator });
  on.emulator.controller.addRule(failFirstRequests(new Map([['Org 11', () => 'reset-after']])));
  const report = await (await start(organizations(rows), batches)).result();
  expect(report.totals).toMatchObject({ created: 30, unknown: 10, failed: 0 });
  const lines = await expectTrue(report, on.emulator, rows);
  expect(lines.flatMap(({ row, outcome }) => (outcome === 'unknown' ? row : []))).toEqual(
    Array.from({ length: 10 }, (_, index) => index + 11),
  );
  expect(requestsFor(on.emulator, '1.10-20')).toHaveLength(1);
  expectSentOnce(on.emulator);
});

test('of a part that the API calls invalid, the row that it is about fails alone', async () => {
  const emulator: EmulatorOptions = { rowCap: { rows: 10, status: 422, code: 'too_many_rows' } };
  const { start, ...on } = await rig({ emulator });
  on.emulator.controller.addRule(refusing(400, { 'Org 11': 'invalid_request' }));
  const report = await (await start(organizations(rows), batches)).result();
  expect(report.totals).toMatchObject({ created: 39, failed: 1, unknown: 0 });
  const lines = await expectTrue(report, on.emulator, rows);
  expect(lines[10]?.error_message).toContain('refused with 400');
  expect(readReport(report.failedRowsUri)).toHaveLength(1);
});

test('rows that an earlier answer leaves open stay unknown when their batch is later refused for its size', async () => {
  const { start, ...on } = await rig({ emulator: { asyncThreshold: 10 } });
  const { controller } = on.emulator;
  controller.addRule({ operation: 'import', times: 1, alter: { status: 503 } });
  controller.addRule({ operation: 'import', respond: { status: 413 } });
  const report = await (await start(organizations(4), dedupe)).result();
  expect(report.totals).toMatchObject({ rows: 4, unknown: 4 });
  await expectTrue(report, on.emulator, 4);
  expect([...executions(launches(on.emulator)).values()]).toEqual([1]);
});
