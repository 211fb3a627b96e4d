import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EmulatorOptions } from 'prism-emulator';
import { launches, organizations, pipelineRigs } from '../support/pipeline-rig';
import { dedupe, expectTrue } from './support/launch-once-rig';

const rig = pipelineRigs();
const rows = 40;
const batches = { batchSize: 20, maxConcurrentImports: 1 };

/** Organizations some of which the API refuses, by their number. */
const withBad = (bad: readonly number[], of = rows): string =>
  organizations(of, Object.fromEntries(bad.map((row) => [row, `Bad,o${row}.example`])));

const refusing = (
  named: 'message' | 'path' | 'pointer' | 'list' | 'index' | 'none',
  most = Infinity,
): EmulatorOptions => ({
  asyncThreshold: 10,
  rules: [
    {
      refuse: {
        rows: { property: 'name', equals: 'Bad' },
        named,
        ...(most !== Infinity && { most }),
        status: 422,
      },
    },
  ],
});

test.each([
  { named: 'message', requests: 4 },
  { named: 'path', requests: 4 },
  { named: 'pointer', requests: 4 },
  { named: 'list', requests: 4 },
  { named: 'index', requests: 4 },
] as const)(
  'rows that the API names by $named fail alone, the rest of their batch is created',
  async ({ named, requests }) => {
    const { start, ...on } = await rig({ emulator: refusing(named) });
    const bad = [3, 4, 20, 21, 40];
    const report = await (await start(withBad(bad), batches)).result();
    expect(report.totals).toMatchObject({ created: rows - bad.length, failed: bad.length, unknown: 0 });
    const lines = await expectTrue(report, on.emulator, rows);
    for (const row of bad) {
      expect(lines[row - 1]).toMatchObject({
        outcome: 'failed',
        error_code: expect.stringMatching(/^(?:invalid_request|enum.openapi.validation)$/) as string,
        job_id: null,
      });
      expect(lines[row - 1]?.error_message).toContain('not allowed');
    }
    expect(launches(on.emulator)).toHaveLength(requests);
    expect(readFileSync(fileURLToPath(report.failedRowsUri ?? ''), 'utf8').split('\n')).toHaveLength(
      bad.length + 2,
    );
  },
);

test('rows that the API names one at a time are left out one after the other', async () => {
  const { start, ...on } = await rig({ emulator: refusing('path', 1) });
  const bad = [1, 2, 7, 15, 20];
  const report = await (await start(withBad(bad, 20), batches)).result();
  expect(report.totals).toMatchObject({ created: 15, failed: 5, unknown: 0 });
  await expectTrue(report, on.emulator, 20);
  expect(launches(on.emulator)).toHaveLength(6);
});

test.each([{ more: {} }, { more: dedupe }])(
  'rows that the API does not name are found by halves, with $more',
  async ({ more }) => {
    const { start, ...on } = await rig({ emulator: refusing('none') });
    const bad = [7, 33];
    const report = await (await start(withBad(bad), { ...batches, ...more })).result();
    expect(report.totals).toMatchObject({ created: rows - 2, failed: 2, unknown: 0 });
    const lines = await expectTrue(report, on.emulator, rows);
    for (const row of bad) expect(lines[row - 1]?.error_message).toContain('name is not allowed');
    const bound = 2 * (2 + 2 * (1 + Math.log2(20)));
    expect(launches(on.emulator).length).toBeLessThanOrEqual(bound);
  },
);

test.each([
  { named: 'path', more: {} },
  { named: 'none', more: dedupe },
] as const)('in parts of a batch that is too large for the API too, with $named', async ({ named, more }) => {
  const emulator = {
    ...refusing(named),
    rowCap: { rows: 12, status: 413, code: 'payload_too_large' },
  } as const;
  const { start, ...on } = await rig({ emulator });
  const bad = [1, 6, 39];
  const report = await (await start(withBad(bad), { ...batches, ...more })).result();
  expect(report.totals).toMatchObject({ created: rows - 3, failed: 3, unknown: 0 });
  const lines = await expectTrue(report, on.emulator, rows);
  expect(lines.flatMap(({ row, outcome }) => (outcome === 'failed' ? row : []))).toEqual(bad);
});

test('without dedupe_by, all rows of a request are unknown when an earlier try of it was unclear, also named ones', async () => {
  const { start, ...on } = await rig({ emulator: { asyncThreshold: 10 } });
  const body = { error: { code: 'idempotency_key_in_progress', message: 'wait' } };
  on.emulator.controller.addRule({ operation: 'import', times: 1, respond: { status: 409, body } });
  on.emulator.controller.addRule({ refuse: { rows: { property: 'name', equals: 'Bad' } } });
  const report = await (await start(withBad([3], 20), batches)).result();
  expect(report.totals).toMatchObject({ rows: 20, unknown: 20 });
  expect(launches(on.emulator)).toHaveLength(2);
});
