import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { budgetRow, jobsOf, type BudgetRow } from '../../src/cli/budget/budget-rows';
import { newState } from '../../src/cli/budget/poll-times';
import { parsePolling } from '../../src/core/tracker/polling';
import { mayPollNow } from '../../src/core/tracker/schedule';
import { runCli } from './support/run-cli';

const budget = (...flags: string[]) => runCli(['budget', ...flags], {});
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BudgetRow);

test('it says how many imports a month a key carries, and asks nobody', async () => {
  const { code, stdout, stderr } = await budget();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^1,000 requests a month; an import costs its polls and the request that submits it\.$/m,
  );
  expect(stdout).toMatch(
    /^Last polls kept: imports a month if each also reserves 3 polls as a last chance to save its result\.$/m,
  );
  expect(stdout).toMatch(/^about 10m +none +default +\d+(\.\d)? +\d+ .* +\d+$/m);
  expect(stdout).toMatch(/^about 8h +reported +backoffCoefficient 2 /m);
});

test('requests, durations, launches and a policy of your own count', async () => {
  const own = '{"backoffCoefficient":3}';
  const { stdout } = await budget(
    ...['--requests', '500', '--durations', '30m', '--no-launch', '--polling', own, '--json'],
  );
  const rows = rowsOf(stdout);
  expect(rows).toHaveLength(10);
  for (const { polls, importsPerMonth, importsPerMonthLastPollsKept } of rows) {
    expect(Math.abs(importsPerMonth - 500 / polls)).toBeLessThanOrEqual(500 / polls / 10);
    // Before the end of retention, just after it, and at the end of grace.
    const kept = 500 / (polls + 3);
    expect(Math.abs(importsPerMonthLastPollsKept - kept)).toBeLessThanOrEqual(kept / 10);
  }
  const silent = rows.filter(({ progress }) => progress === 'none');
  const pollsOf = (policy: string) => silent.find((row) => row.policy === policy)?.polls ?? NaN;
  expect(pollsOf('backoffCoefficient 2')).toBeLessThan(pollsOf('default'));
  expect(pollsOf(own)).toBeLessThan(pollsOf('backoffCoefficient 2'));
});

test('a policy with few polls keeps back as many as trackers do today', () => {
  // Ten polls for a job that goes on to the end: three are for the rescue, the end and the end of grace.
  const polling = parsePolling({ maximumPolls: 10 });
  expect(mayPollNow({ ...newState(0), polls: 6 }, polling)).toBe(true);
  expect(mayPollNow({ ...newState(0), polls: 7 }, polling)).toBe(false);
});

test('past imports are replayed, and what cannot be used is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-test-'));
  const file = join(folder, 'traces.jsonl');
  await writeFile(file, `${JSON.stringify({ durationMs: 60_000, total: 10, progress: [] })}\n`);
  const [row] = rowsOf((await budget('--traces', file, '--json')).stdout);
  expect(row).toMatchObject({ imports: '1 trace', progress: 'as traced', policy: 'default' });
  await writeFile(file, 'no trace');
  const spoilt = await budget('--traces', file);
  expect(spoilt.code).toBe(2);
  expect(spoilt.stderr).toContain('Line 1 is not a trace');
  await rm(folder, { recursive: true });
  const policy = await budget('--polling', '{"backoffCoefficient":0.5}');
  expect(policy.code).toBe(2);
  expect(policy.stderr).toContain('backoffCoefficient: saw 0.5');
});

test('what the docs say of the default policy holds', () => {
  const cost = { requests: 1000, launchRequests: 1 };
  const rows = jobsOf('3m', 180_000).map((jobs) => budgetRow(jobs, { name: 'default', polling: {} }, cost));
  const [reported, none] = rows.map(({ importsPerMonth }) => importsPerMonth);
  expect(reported).toBeGreaterThan(130);
  expect(none).toBeGreaterThan(45);
});
