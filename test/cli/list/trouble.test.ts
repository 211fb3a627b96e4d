import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import type { Finding } from '../../../src/cli/doctor/findings';
import { temporalCli } from '../../../src/dev/temporal-cli';
import type { ListedImport } from '../../../src/temporal/listing/listing';
import type { TrackingState } from '../../../src/core/tracker/status';
import { askFleet } from '../../../src/temporal/fleet';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { until } from '../../support/until';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli, withoutProgress } from '../support/run-cli';

/** What keeps three imports each from being seen, and what that is called. */
const troubles = [
  { name: 'refused', problem: 'key_refused', rule: { respond: { status: 403 } } },
  {
    name: 'limited',
    problem: 'rate_limited',
    rule: { respond: { status: 429, headers: { 'retry-after': '600' } } },
  },
  { name: 'away', problem: 'unavailable', rule: { respond: { status: 503 } } },
  { name: 'page', problem: 'malformed', rule: { respond: { status: 200, body: '<html>Log in</html>' } } },
  { name: 'odd', problem: 'unknown_status', rule: { alter: { fields: { status: 'paused' } } } },
  // What a server that hangs comes to after two minutes.
  { name: 'cut-off', problem: 'unavailable', rule: { respond: 'reset-before' } },
] as const;
const each = [1, 2, 3];
const blocked = troubles.flatMap(({ name, problem }) =>
  each.map((n) => ({ jobId: `${name}-${n}`, problem })),
);
const well = Array.from({ length: 20 }, (_, n) => `well-${n}`);

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
  const { client } = rig.server;
  const jobIds = [...well, ...blocked.map(({ jobId }) => jobId)];
  const trackers = await Promise.all(
    jobIds.map(async (jobId) => {
      await rig.emulator.controller.createJob({ teamId: 'acme', jobId, total: 40, duration: '1h' });
      // Some wait no longer than 20 minutes: what lets all wait longer must hold for these too.
      const polling = jobId.startsWith('odd')
        ? { initialInterval: '15m', maximumInterval: '20m' }
        : { initialInterval: '30m' };
      return startOrAttachTracker(client, 'prism-imports', { teamId: 'acme', jobId, polling });
    }),
  );
  const polled = () => rig.emulator.controller.journal.length;
  await Promise.all(trackers.map((tracker) => tracker.signal('pollNow')));
  await until(() => polled() >= jobIds.length);
  for (const { name, rule } of troubles) rig.emulator.controller.addRule({ path: `/${name}-\\d$`, ...rule });
  await Promise.all(trackers.map((tracker) => tracker.signal('pollNow')));
  await until(async () => (await client.workflow.count('PrismProblem IS NOT NULL')).count === blocked.length);
});
afterAll(() => rig?.close());

const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ListedImport);
const list = (...flags: string[]) => runCli(['list', ...flags], rig.environment);
const byJob = (rows: readonly { jobId: string | null; problem: string | null }[]) =>
  rows.map(({ jobId, problem }) => `${jobId} ${problem}`).toSorted();

/** Runs a line that was shown, as pasted into a shell by somebody who says yes, once no other batch is at work. */
async function paste(line = ''): Promise<void> {
  const temporal = (await temporalCli()).path;
  await until(() =>
    promisify(execFile)('sh', ['-ec', `${line.replace(/^temporal/, temporal)} --yes`]).then(
      () => true,
      ({ message }: Error) => {
        if (message.includes('Max concurrent batch operations')) return false;
        throw new Error(message);
      },
    ),
  );
}

/** How long a tracker waits for its next poll, in whole minutes. */
async function waitMinutes(tracker: WorkflowHandle): Promise<number> {
  const { lastPollAt, nextPollAt } = await tracker.query<TrackingState>('status');
  return Math.round((Date.parse(nextPollAt ?? '') - Date.parse(lastPollAt ?? '')) / 60_000);
}

test('of 38 imports, exactly the 18 that cannot be seen are listed as in trouble, and by what', async () => {
  const all = rowsOf((await list('--json')).stdout);
  expect(byJob(all)).toEqual(byJob([...blocked, ...well.map((jobId) => ({ jobId, problem: null }))]));
  expect(byJob(rowsOf((await list('--json', '--problem')).stdout))).toEqual(byJob(blocked));
  const some = rowsOf((await list('--json', '--problem', 'malformed,unknown_status')).stdout);
  expect(some.map(({ jobId }) => jobId).toSorted()).toEqual(
    ['odd', 'page'].flatMap((name) => each.map((n) => `${name}-${n}`)),
  );
  const { stdout, stderr } = await list();
  expect(stdout).toMatch(/^processing .* key_refused +acme +refused-1$/m);
  expect(stdout).toMatch(/^processing .* – +acme +well-0$/m);
  expect(stdout).toContain(
    'In trouble: 6 unavailable, 3 key_refused, 3 malformed, 3 rate_limited, 3 unknown_status.',
  );
  expect(withoutProgress(stderr)).toBe('');
});

test('trouble beyond the end of the list is told, with one number for all of it', async () => {
  const { stdout } = await list('--limit', '1');
  expect(stdout).toContain(
    'In trouble: 6 unavailable, 3 key_refused, 3 malformed, 3 rate_limited, 3 unknown_status.',
  );
  expect(stdout).toMatch(/^1[78] of them are not shown: --problem lists only those in trouble\.$/m);
  expect(stdout).toContain('For all 18 of them');
  const some = await list('--limit', '1', '--problem', 'malformed,unknown_status');
  expect(some.stdout).toContain('In trouble: 3 malformed, 3 unknown_status.');
  expect(some.stdout).toContain('For all 6 of them');
});

test('what the list says of problems leads to where PRISM_DOCS_URL says that the documents are', async () => {
  const environment = { ...rig.environment, PRISM_DOCS_URL: 'https://wiki.example/prism/' };
  const { stdout } = await runCli(['list', '--problem'], environment);
  expect(stdout).toContain(
    '. https://wiki.example/prism/problems.md explains each problem and how to fix it.',
  );
  expect((await list('--problem')).stdout).toContain('. docs/problems.md explains each problem');
});

test('doctor and the gauges count exactly those, by what is in the way', async () => {
  const run = await runCli(['doctor', '--no-api', '--json'], rig.environment);
  const of = (check: string) => (JSON.parse(run.stdout) as Finding[]).find((found) => found.check === check);
  expect(run.code).toBe(1);
  expect(of('Imports in trouble')).toMatchObject({
    level: 'problem',
    seen: '18 of 38 open imports: 6 unavailable, 3 key_refused, 3 rate_limited, 3 malformed, 3 unknown_status',
    fix: expect.stringContaining('prism-imports list --problem') as string,
  });
  expect(of('Pipelines in trouble')).toMatchObject({ level: 'ok', seen: 'none of 0 open pipelines' });
  const fleet = await askFleet(rig.server.client, 'prism-imports', Date.now(), { spacingMs: 0 });
  expect(fleet).toMatchObject({
    unfinishedImports: 38,
    blockedImports: { key_refused: 3, invalid_request: 0, rate_limited: 3, unavailable: 6, malformed: 3 },
    blockedPipelines: { key_refused: 0, rate_limited: 0, unavailable: 0, malformed: 0 },
    listedImports: { processing: 38, complete: 0 },
  });
  const weekSeconds = 7 * 86_400;
  expect(fleet.oldestBlockedExpirySeconds).toBeGreaterThan(weekSeconds - 600);
  expect(fleet.oldestBlockedExpirySeconds).toBeLessThanOrEqual(weekSeconds);
});

test('with --ask each open tracker says since when, how far and after how many polls', async () => {
  const { stdout, stderr } = await list('--problem', 'key_refused', '--ask');
  expect(withoutProgress(stderr)).toMatch(
    /^Queried 3 trackers, without a request to the API\.\nThey have made \d+ polls, and still need about [\d,]+ if they .*\n$/,
  );
  expect(stdout).toMatch(/^processing .* \d %  +\d +key_refused for \d+ (s|min).*refused-1$/m);
  const [row] = rowsOf((await list('--problem', 'key_refused', '--ask', '--json')).stdout);
  expect(row?.asked).toMatchObject({
    polls: expect.any(Number) as number,
    problemSince: expect.stringMatching(/Z$/) as string,
    problemMessage: expect.stringContaining('403') as string,
  });
});

test('what expires soon is listed while it goes on', async () => {
  expect((await list('--expiring', '1h')).stdout).toBe('No import found.\n');
  expect(rowsOf((await list('--expiring', '8d', '--json')).stdout)).toHaveLength(38);
});

test('a pipeline that cannot launch is in trouble too', async () => {
  const { addRule } = rig.emulator.controller;
  const busy = addRule({ operation: 'import', respond: { status: 429, headers: { 'retry-after': '600' } } });
  const file = await rig.file('rows.csv', 'name\nOne\n');
  const run = startCli(['import', file, '--object-type', 'organization', '--id', 'blocked'], rig.environment);
  const { client } = rig.server;
  const query = "WorkflowType = 'importRecords' AND PrismProblem = 'rate_limited'";
  await until(async () => (await client.workflow.count(query)).count === 1);
  const { stdout } = await list('--pipelines', '--problem');
  expect(stdout).toMatch(/^processing .* rate_limited +blocked$/m);
  expect(stdout).toContain('temporal workflow cancel ');
  expect((await list('--pipelines', '--team', 'team-1')).stdout).toContain('blocked');
  expect((await list('--pipelines', '--team', 'acme')).stdout).toBe('No pipeline found.\n');
  const fleet = await askFleet(client, 'prism-imports', Date.now(), { spacingMs: 0 });
  expect(fleet.blockedPipelines).toMatchObject({ key_refused: 0, rate_limited: 1, unavailable: 0 });
  await client.workflow.getHandle('blocked').terminate();
  await run.ended;
  busy.remove();
});

test('the lines below the list reach exactly those in trouble, at the cost that is said', async () => {
  const { stdout } = await list('--problem', 'malformed,unknown_status');
  expect(stdout).toContain('Poll at once (6 requests to the API, up to 18 if they fail again):');
  const lines = stdout.split('\n').filter((line) => line.startsWith('temporal workflow '));
  expect(lines.map((line) => line.split(' ')[2])).toEqual(['signal', 'signal', 'cancel', 'reset']);
  const before = rig.emulator.controller.journal.length;
  await paste(lines[0]);
  const asked = () =>
    new Set(rig.emulator.controller.journal.slice(before).map(({ path }) => /([^/]+)-\d$/.exec(path)?.[1]));
  await until(() => asked().size === 2);
  expect([...asked()].toSorted()).toEqual(['odd', 'page']);
  // In force at once; jitter may shorten it by a tenth.
  const odd = rig.server.client.workflow.getHandle('prism-import/acme/odd-1');
  await paste(lines[1]?.replace('30m', '45m'));
  await until(async () => (await waitMinutes(odd)) > 30);
  await paste(lines[2]);
  await until(async () => rowsOf((await list('--problem', '--json')).stdout).length === 12);
  expect(rowsOf((await list('--json', '--status', 'cancelled')).stdout)).toHaveLength(6);
});

test('the line that begins anew resets exactly those, which are in trouble again at the cost that is said', async () => {
  const { stdout } = await list('--problem', 'rate_limited');
  const line = stdout.split('\n').find((found) => found.startsWith('temporal workflow reset '));
  const before = rowsOf((await list('--json', '--problem', 'rate_limited')).stdout);
  const from = rig.emulator.controller.journal.length;
  await paste(line);
  await until(async () => {
    const now = rowsOf((await list('--json', '--problem', 'rate_limited')).stdout);
    const runIds = new Set(now.map(({ runId }) => runId));
    return now.length === before.length && before.every(({ runId }) => !runIds.has(runId));
  });
  const asked = rig.emulator.controller.journal.slice(from).map(({ path }) => /[^/]+$/.exec(path)?.[0]);
  expect([...new Set(asked)].toSorted()).toEqual(before.map(({ jobId }) => jobId).toSorted());
  expect(asked.length).toBeLessThanOrEqual(3 * before.length);
});
