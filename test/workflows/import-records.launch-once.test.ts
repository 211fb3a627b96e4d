import type { EmulatorOptions, RuleFunction } from 'prism-emulator';
import { pipelineRigs, launches, organizations } from '../support/pipeline-rig';
import {
  attempts,
  failFirstRequests,
  dedupe,
  expectSentOnce,
  expectTrue,
  refusing,
  requestsFor,
  spanOf,
} from './support/launch-once-rig';

const rig = pipelineRigs();
const slow = { batchSize: 10, maxConcurrentImports: 1 };
const jobs: EmulatorOptions = { asyncThreshold: 10 };

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * What befalls the first request of each batch in turn. What befalls the first one, no function can do: a rule of its
 * own does.
 */
const mishaps: { what: string; respond: RuleFunction; gets5xx?: boolean }[] = [
  { what: 'the answer breaks off', respond: () => undefined },
  { what: 'the answer is lost', respond: () => 'reset-after' },
  { what: 'the request is lost', respond: () => 'reset-before' },
  {
    what: 'a 202 that is no JSON',
    respond: ({ proceed }) => ({ ...proceed(), body: '{"job_id": "' }),
  },
  { what: 'a 503 instead', respond: () => ({ status: 503 }), gets5xx: true },
  {
    what: 'a 500 although it was imported',
    respond: ({ proceed }) => ({ ...proceed(), status: 500 }),
    gets5xx: true,
  },
];
const rows = 10 * mishaps.length;

describe.each(['5xx', 'never'] as const)('where the API frees a key after: %s', (keyFreedAfter) => {
  const emulator = (): EmulatorOptions => ({
    ...jobs,
    keyFreedAfter,
    rules: [
      { operation: 'import', times: 1, send: { cut: 0.5 } },
      failFirstRequests(new Map(mishaps.map(({ respond }, index) => [`Org ${10 * index + 1}`, respond]))),
    ],
  });

  test('with dedupe_by each batch is sent again until it is there, once, whatever befalls its first request', async () => {
    const { start, ...on } = await rig({ emulator: emulator() });
    const report = await (await start(organizations(rows), { ...slow, ...dedupe })).result();
    expect(report.totals).toMatchObject({ created: rows - 10, existing: 10, unknown: 0, failed: 0 });
    expect(report.imports.at(-1)).toMatchObject({ existing: 10 });
    await expectTrue(report, on.emulator, rows);
    for (const [index, { what, gets5xx = false }] of mishaps.entries()) {
      const part = String(index + 1);
      const isStuck = gets5xx && keyFreedAfter === 'never';
      const keys = attempts(on.emulator, part);
      expect({ what, keys }).toEqual({ what, keys: isStuck ? ['1', '2'] : ['1'] });
      if (isStuck) expect(spanOf(on.emulator, part)).toBeGreaterThan(10 * minuteMs);
      else expect(requestsFor(on.emulator, part)).toHaveLength(2);
    }
  });

  test('without dedupe_by none is sent again, and its rows are unknown', async () => {
    const { start, ...on } = await rig({ emulator: emulator() });
    const report = await (await start(organizations(rows + 10), slow)).result();
    expect(report.totals).toMatchObject({ created: 10, unknown: rows, failed: 0 });
    const lines = await expectTrue(report, on.emulator, rows + 10);
    for (const { outcome, error_message } of lines.slice(0, rows)) {
      expect(outcome).toBe('unknown');
      expect(error_message).toContain('without dedupe_by');
    }
    expectSentOnce(on.emulator);
    expect(launches(on.emulator)).toHaveLength(mishaps.length + 1);
  });
});

describe('a 409', () => {
  test.each([
    { with: 'with dedupe_by', more: dedupe },
    { with: 'without dedupe_by', more: {} },
  ])('of a key that is not its own leaves the rows unknown, $with, and is not tried again', async (given) => {
    const { start, ...on } = await rig({ emulator: jobs });
    const codes = ['idempotency_key_mismatch', 'idempotency_key_stale'] as const;
    on.emulator.controller.addRule(refusing(409, { 'Org 11': codes[0], 'Org 21': codes[1] }));
    const report = await (await start(organizations(30), { ...slow, ...given.more })).result();
    expect(report.totals).toMatchObject({ created: 10, unknown: 20 });
    const lines = await expectTrue(report, on.emulator, 30);
    for (const [index, code] of codes.entries()) {
      expect(lines[10 * (index + 1)]?.error_message).toContain(code);
      expect(requestsFor(on.emulator, String(index + 2))).toHaveLength(1);
    }
    expectSentOnce(on.emulator);
  });

  test('of a key in progress is waited out: the batch is sent again under the same key', async () => {
    const { start, ...on } = await rig({ emulator: jobs });
    const body = { error: { code: 'idempotency_key_in_progress', message: 'wait' } };
    on.emulator.controller.addRule({ operation: 'import', times: 3, respond: { status: 409, body } });
    const report = await (await start(organizations(20), slow)).result();
    expect(report.totals).toMatchObject({ created: 20 });
    await expectTrue(report, on.emulator, 20);
    expect(attempts(on.emulator, '1')).toEqual(['1']);
    expect(requestsFor(on.emulator, '1')).toHaveLength(4);
    expectSentOnce(on.emulator);
  });
});

describe('no request carries a key of more than 24 hours', () => {
  test.each([
    { what: '503 with dedupe_by', status: 503, code: 'unavailable', more: dedupe },
    {
      what: '409 of a key in progress without dedupe_by',
      status: 409,
      code: 'idempotency_key_in_progress',
      more: {},
    },
  ])(
    'a batch that gets nothing but $what is given up within the day, its rows unknown',
    async ({ status, code, more }) => {
      const { start, ...on } = await rig({ emulator: jobs });
      on.emulator.controller.addRule(refusing(status, { 'Org 11': code }, { 'retry-after': '3600' }));
      const report = await (await start(organizations(30), { ...slow, ...more })).result();
      expect(report.totals).toMatchObject({ created: 20, unknown: 10 });
      const lines = await expectTrue(report, on.emulator, 30);
      expect(lines[10]?.error_message).toContain('given up after');
      expect(attempts(on.emulator, '2')).toEqual(['1']);
      expect(spanOf(on.emulator, '2')).toBeGreaterThan(0.9 * dayMs);
      expect(spanOf(on.emulator, '2')).toBeLessThan(dayMs);
    },
  );

  test('a batch that is to wait for longer is given up at once; its rows failed, since nothing was imported', async () => {
    const { start, ...on } = await rig({ emulator: jobs });
    on.emulator.controller.addRule(refusing(429, { 'Org 11': 'rate_limited' }, { 'retry-after': '90000' }));
    const report = await (await start(organizations(30), slow)).result();
    expect(report.totals).toMatchObject({ created: 20, failed: 10 });
    await expectTrue(report, on.emulator, 30);
    expect(requestsFor(on.emulator, '2')).toHaveLength(1);
    expect(report.failedRowsUri).not.toBeNull();
  });
});
