import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { family, familyNames, type FamilyName } from '../../bench/polling/families';
import { isBeyondBound, measure, type Measure } from '../../bench/polling/measure';
import { seededRandom } from '../../src/cli/budget/random';
import type { Row } from '../../bench/polling/row';
import { pollTimes } from '../../src/cli/budget/poll-times';
import { parseTraces, processedAt, type Trace } from '../../src/cli/budget/traces';
import { unseenLaws, unseenTraces } from '../../bench/polling/unseen';
import { forecastEnd } from '../../src/core/tracker/forecast/end-forecast';
import { addPoint, type ProgressPoints } from '../../src/core/tracker/forecast/progress-points';

/** Neither the seeds that the schedule was tuned on nor that of the published numbers. */
const seed = 77;

interface Cost extends Measure {
  /** The share of the jobs that are found later than the bound allows. */
  beyondBound: number;
}

const ours = (traces: Trace[]): Cost => {
  const random = seededRandom(seed);
  const found = traces.map((trace) => {
    const polls = pollTimes(trace, {}, random);
    return { polls: polls.length, atMs: polls.at(-1) ?? Infinity };
  });
  const late = found.filter((one, index) => isBeyondBound(one, traces[index]?.durationMs ?? 0));
  return { ...measure(traces, found), beyondBound: late.length / traces.length };
};

test.each<{ name: FamilyName; polls: number; p95: number; beyond: number }>([
  { name: 'linear', polls: 6, p95: 0.02, beyond: 0 },
  { name: 'queued-curved', polls: 9, p95: 0.08, beyond: 0.001 },
  { name: 'bursty', polls: 15, p95: 0.25, beyond: 0.005 },
  { name: 'bimodal', polls: 9, p95: 0.08, beyond: 0 },
])('$name jobs take at most $polls polls, and 95 % are found within $p95 of their duration', (limits) => {
  const { meanPolls, p95RelativeDelay, beyondBound } = ours(family(limits.name, 1500, seed));
  expect(meanPolls).toBeLessThanOrEqual(limits.polls);
  expect(p95RelativeDelay).toBeLessThanOrEqual(limits.p95);
  expect(beyondBound).toBeLessThanOrEqual(limits.beyond);
});

/** From 8 hours of age on, waits are of 2 hours. */
const belowTheCap = ({ durationMs }: Trace) => durationMs < 8 * 3_600_000;

test('without progress every single job is found within the bound', () => {
  expect(ours(family('no-progress', 1500, seed).filter(belowTheCap)).beyondBound).toBe(0);
});

test.each(unseenLaws)(
  'a law it was not tuned on is no worse than no progress, and mostly within the bound: %s',
  (law) => {
    const traces = unseenTraces(law, 300, seed);
    const blind = ours(traces.map((trace) => ({ ...trace, progress: [] })));
    const { meanPolls, meanRelativeDelay, beyondBound } = ours(traces);
    expect(meanPolls).toBeLessThan(blind.meanPolls);
    expect(meanRelativeDelay).toBeLessThan(blind.meanRelativeDelay);
    expect(beyondBound).toBeLessThan(0.06);
  },
);

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
    .map((line) => JSON.parse(line) as Row);

let rows: Row[] = [];
beforeAll(() => {
  rows = lines(run('--json', '--jobs', '250', '--seed', String(seed)));
});
const rowsOf = (name: FamilyName) => rows.filter((row) => row.family === name);

test('the lab prints a line for every family and policy, the libraries of others among them', () => {
  expect(new Set(rows.map((row) => row.family))).toEqual(new Set(familyNames));
  const policies = rowsOf('linear').map((row) => row.policy);
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

test.each<{ name: FamilyName; times: number; polls: number }>([
  { name: 'linear', times: 10, polls: 1 },
  { name: 'queued-curved', times: 10, polls: 1 },
  { name: 'bimodal', times: 10, polls: 1 },
  { name: 'bursty', times: 5, polls: 1.33 },
])(
  '$name jobs are found $times times sooner than by the AWS waiter, at $polls times its polls',
  ({ name, times, polls }) => {
    const [mine, theirs] = ['prism-imports', '@smithy/util-waiter'].map((policy) =>
      rowsOf(name).find((row) => row.policy === policy),
    );
    expect(mine?.meanPolls).toBeLessThanOrEqual(polls * (theirs?.meanPolls ?? 0));
    expect(mine?.meanRelativeDelay).toBeLessThanOrEqual((theirs?.meanRelativeDelay ?? 0) / times);
  },
);

test('jobs with progress, all families together, are found 10 times sooner than by the AWS waiter, at fewer polls', () => {
  const withProgress = familyNames.filter((name) => name !== 'no-progress');
  const mean = (policy: string, of: 'meanPolls' | 'meanRelativeDelay') =>
    withProgress.reduce(
      (sum, name) => sum + (rowsOf(name).find((row) => row.policy === policy)?.[of] ?? NaN),
      0,
    ) / withProgress.length;
  expect(mean('prism-imports', 'meanPolls')).toBeLessThan(mean('@smithy/util-waiter', 'meanPolls'));
  expect(mean('prism-imports', 'meanRelativeDelay')).toBeLessThan(
    mean('@smithy/util-waiter', 'meanRelativeDelay') / 10,
  );
});

test('without progress no other poller lies below the curve of our coefficients', () => {
  const isOurs = ({ policy }: Row) => policy.startsWith('prism-imports');
  const curve = rowsOf('no-progress')
    .filter(isOurs)
    .sort((one, other) => one.meanPolls - other.meanPolls);
  const others = rowsOf('no-progress').filter((row) => !isOurs(row));
  expect(others.length).toBeGreaterThan(5);
  for (const row of others) expect(row.meanRelativeDelay).toBeGreaterThan(delayOn(curve, row.meanPolls));
});

/**
 * Our delay at so many polls: between two coefficients on a straight line of logarithms, beyond the last that of the
 * last.
 */
function delayOn(curve: Row[], polls: number): number {
  const above = curve.findIndex(({ meanPolls }) => meanPolls > polls);
  const [from, to] = [curve[above - 1], curve[above]];
  if (from === undefined || to === undefined) return curve.at(-1)?.meanRelativeDelay ?? Infinity;
  const share = Math.log(polls / from.meanPolls) / Math.log(to.meanPolls / from.meanPolls);
  return from.meanRelativeDelay * (to.meanRelativeDelay / from.meanRelativeDelay) ** share;
}

test('a file of traces is a family of its own, and a fixed interval costs what can be reckoned', () => {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  const file = join(folder, 'traces.jsonl');
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
  const own = lines(run('--json', '--traces', file));
  rmSync(folder, { recursive: true });
  expect(new Set(own.map((row) => row.family))).toEqual(new Set(['file']));
  expect(own.find((row) => row.policy === 'every 10 s')).toMatchObject({
    meanPolls: 3.5,
    meanDelayMs: 4000,
    maxRelativeDelay: 8 / 42,
  });
});

test('as text, the lab counts the jobs beyond the bound, also of laws that the schedule was not tuned on', () => {
  const text = run('--unseen', '--jobs', '20');
  expect(text.split('\n').filter((line) => unseenLaws.includes(line))).toEqual(unseenLaws);
  const fixed = text.split('\n').find((line) => line.startsWith('every 60 s'));
  expect(Number(fixed?.trim().split(/\s+/).at(-1))).toBeGreaterThan(0);
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
