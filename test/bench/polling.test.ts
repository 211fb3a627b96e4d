import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { family, familyNames, type FamilyName } from '../../bench/polling/families';
import { measure, type Measure } from '../../bench/polling/measure';
import { seededRandom } from '../../bench/polling/random';
import { pollTimes } from '../../bench/polling/tracker';
import { parseTraces, processedAt, type Trace } from '../../bench/polling/traces';
import { forecastEnd } from '../../src/domain/end-forecast';
import { addPoint, type ProgressPoints } from '../../src/domain/progress-points';
import { unseenLaws, unseenTraces } from '../support/unseen-traces';

/** Neither the seeds that the schedule was tuned on nor that of the published numbers. */
const seed = 77;

const ours = (traces: Trace[]): Measure => {
  const random = seededRandom(seed);
  const found = traces.map((trace) => {
    const polls = pollTimes(trace, {}, random);
    return { polls: polls.length, atMs: polls.at(-1) ?? Infinity };
  });
  return measure(traces, found);
};

test.each<{ name: FamilyName; polls: number; p95: number }>([
  { name: 'linear', polls: 6.2, p95: 0.025 },
  { name: 'queued-curved', polls: 9, p95: 0.08 },
  { name: 'bursty', polls: 15, p95: 0.25 },
])('$name jobs take at most $polls polls, and 95 % are found within $p95 of their duration', (limits) => {
  const { meanPolls, p95RelativeDelay } = ours(family(limits.name, 2000, seed));
  expect(meanPolls).toBeLessThanOrEqual(limits.polls);
  expect(p95RelativeDelay).toBeLessThanOrEqual(limits.p95);
});

test('without progress every single job is found within the bound', () => {
  const random = seededRandom(seed);
  for (const trace of family('no-progress', 1000, seed)) {
    const polls = pollTimes(trace, { maximumInterval: '24h' }, random);
    expect((polls.at(-1) ?? Infinity) - trace.durationMs).toBeLessThanOrEqual(0.25 * trace.durationMs + 2001);
  }
});

test.each(unseenLaws)('a law it was not tuned on is no worse than no progress: %s', (law) => {
  const traces = unseenTraces(law, 400, seed);
  const blind = ours(traces.map((trace) => ({ ...trace, progress: [] })));
  const { meanPolls, meanRelativeDelay } = ours(traces);
  expect(meanPolls).toBeLessThan(blind.meanPolls);
  expect(meanRelativeDelay).toBeLessThan(blind.meanRelativeDelay);
});

test('nine of ten jobs end within the range that is shown at half of their rows', () => {
  let inside = 0;
  const traces = family('queued-curved', 600, seed).filter(({ durationMs }) => durationMs > 30_000);
  for (const trace of traces) {
    let seen: ProgressPoints | null = null;
    for (const atMs of pollTimes(trace, {}, seededRandom(seed))) {
      const processed = processedAt(trace, atMs) ?? 0;
      if (atMs >= trace.durationMs) break;
      seen = addPoint(seen, { processed, total: trace.total }, atMs);
      if (processed > (trace.total ?? 0) / 2) break;
    }
    const forecast = seen === null ? null : forecastEnd(seen, 0);
    const [low, high] = [forecast?.quantile(0.05) ?? 0, forecast?.quantile(0.95) ?? Infinity];
    if (low <= trace.durationMs && trace.durationMs <= high) inside++;
  }
  expect(inside / traces.length).toBeGreaterThan(0.85);
});

const run = (...parameters: string[]) =>
  execFileSync(process.execPath, ['scripts/run-bench.mjs', 'polling', ...parameters], {
    encoding: 'utf8',
    cwd: join(__dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Measure & { family: string; policy: string });

test('the lab prints a line for every family and policy, the libraries of others among them', () => {
  const rows = lines(run('--json', '--jobs', '60'));
  expect(new Set(rows.map((row) => row.family))).toEqual(new Set(familyNames));
  const policies = rows.filter((row) => row.family === 'linear').map((row) => row.policy);
  expect(policies).toEqual(expect.arrayContaining(['prism-imports', '@smithy/util-waiter', 'google-gax']));
  expect(rows).toHaveLength(policies.length * familyNames.length);
  for (const row of rows) {
    const { family: name, policy, ...numbers } = row;
    expect([name, policy]).not.toContain('');
    expect(Object.keys(numbers)).toEqual([
      'meanPolls',
      'p95Polls',
      'meanDelayMs',
      'p95DelayMs',
      'meanRelativeDelay',
      'p95RelativeDelay',
      'maxRelativeDelay',
    ]);
    for (const value of Object.values(numbers)) expect(value).toBeGreaterThanOrEqual(0);
  }
});

test('a file of traces is a family of its own, and a fixed interval costs what can be reckoned', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'traces-')), 'traces.jsonl');
  const traces = [
    { durationMs: 20_000, total: 100, progress: [] },
    {
      durationMs: 42_000,
      total: 100,
      progress: [
        [0, 0],
        [42_000, 100],
      ],
    },
  ];
  writeFileSync(file, traces.map((trace) => JSON.stringify(trace)).join('\n'));
  const rows = lines(run('--json', '--traces', file));
  expect(new Set(rows.map((row) => row.family))).toEqual(new Set(['file']));
  expect(rows.find((row) => row.policy === 'every 10 s')).toMatchObject({
    meanPolls: 3.5,
    meanDelayMs: 4000,
    maxRelativeDelay: 8 / 42,
  });
});

test('a line that is no trace is named', () => {
  expect(() => parseTraces('{"durationMs":1,"progress":[]}\n{"durationMs":0,"progress":[]}')).toThrow(
    'Line 2',
  );
});

test('between its points a counter runs straight, in whole rows, and after the last it stands', () => {
  const trace: Trace = {
    durationMs: 100,
    total: 9,
    progress: [
      [10, 0],
      [20, 5],
      [20, 6],
      [40, 9],
    ],
  };
  expect([5, 10, 15, 20, 30, 40, 99].map((at) => processedAt(trace, at))).toEqual([0, 0, 2, 6, 7, 9, 9]);
});
