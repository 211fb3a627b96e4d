import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monthOf } from '../../../src/temporal/fleet';
import { until } from '../../support/until';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { startPartialServer } from '../../support/partial-server';
import type { Finding } from '../../../src/cli/doctor/findings';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, withoutProgress } from '../support/run-cli';

let rig: CliRig;
let metrics: Server;
let address: string;
/** What the metrics of a worker say: requests spent, of how many, since how many days. */
let counted = { spent: 470, quota: 1000, days: 0.5 };

beforeAll(async () => {
  rig = await startCliRig();
  metrics = createServer((_, response) =>
    response.end(
      `prism_api_requests_this_month ${counted.spent}\nprism_api_quota_requests ${counted.quota}\n` +
        `prism_api_requests_since_seconds ${Date.now() / 1000 - counted.days * 86_400}\n`,
    ),
  ).listen(0, '127.0.0.1');
  await once(metrics, 'listening');
  address = `127.0.0.1:${(metrics.address() as AddressInfo).port}`;
  for (const jobId of ['one', 'two', 'three']) {
    await rig.emulator.controller.createJob({ teamId: 'acme', jobId, total: 40, duration: '1h' });
    await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId: 'acme', jobId });
  }
  const open = "WorkflowType = 'trackImport' AND PrismExpiresAt IS NOT NULL";
  await until(async () => (await rig.server.client.workflow.count(open)).count === 3);
});
afterAll(async () => {
  metrics?.close();
  await rig?.close();
});

const list = (...flags: string[]) =>
  runCli(['list', ...flags], { ...rig.environment, PRISM_METRICS_ADDRESS: address });
const toCome =
  /^Polls still needed by 3 open imports: about \d+ if they report progress, up to 3\d\d if not, including 9 reserved as a last chance to save their results\.\nThis month: (all of them|about \d+ to \d+(?:, including \d+ reserved)?)\.$/m;

test('below a list stands what is spent, how fast, and what all open imports want, whichever are listed', async () => {
  const { code, stdout, stderr } = await list('--limit', '1');
  expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^processing .*(one|two|three)$/m);
  expect(stdout).toMatch(
    /^Requests of the month: 470 of 1,000 by the worker at \S+ since .+; [\d,]+ a day; at most 530 are left\.$/m,
  );
  expect(stdout).toMatch(toCome);
  expect(stdout).not.toContain('Too few requests');
});

test('with --json lines of standard output are imports, and the rest stands on standard error', async () => {
  const { stdout, stderr } = await list('--json');
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { teamId: string }).teamId),
  ).toEqual([...['acme', 'acme', 'acme']]);
  expect(stderr).toMatch(/^Requests of the month: 470 of 1,000/m);
  expect(stderr).toMatch(toCome);
});

test('what was asked of trackers counts, and no tracker is asked otherwise', async () => {
  const way = await startPartialServer(rig.server.address);
  const through = { ...rig.environment, TEMPORAL_ADDRESS: way.address };
  expect((await runCli(['list'], through)).stdout).toMatch(toCome);
  expect(way.calls('QueryWorkflow')).toBe(0);
  const { stdout, stderr } = await runCli(['list', '--ask'], through);
  expect(way.calls('QueryWorkflow')).toBe(3);
  expect(stderr).toContain('Queried 3 trackers');
  expect(stdout).toMatch(toCome);
  await way.close();
});

test('a month that does not do for the last polls is told of, and is a problem to doctor', async () => {
  const before = counted;
  counted = { spent: 995, quota: 1000, days: 0.5 };
  const { stdout } = await list();
  const run = await runCli(['doctor', '--no-api', '--json'], {
    ...rig.environment,
    PRISM_METRICS_ADDRESS: address,
  });
  counted = before;
  const finding = (JSON.parse(run.stdout) as Finding[]).find(({ check }) => check === 'Polls to come');
  expect(finding?.seen).toMatch(
    /^3 open imports need about \d+ if they report progress, up to 3\d\d if not, including 9 reserved /,
  );
  // In its last nine days some of them come in the next month, which has requests of its own.
  if (monthOf(Date.now()).endMs - Date.now() < 9 * 86_400_000) return;
  expect(stdout).toMatch(
    /^Too few requests: at most 5 are left, fewer than the 9 reserved polls: results will be lost\. What to do: /m,
  );
  expect(run.code).toBe(1);
  expect(finding).toMatchObject({ level: 'problem', fix: expect.stringContaining('runbook') as string });
});

test('a worker that does not answer costs neither the list nor its exit code', async () => {
  const closed = { ...rig.environment, PRISM_METRICS_ADDRESS: '127.0.0.1:1' };
  const { code, stdout } = await runCli(['list'], closed);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Requests of the month: not known: asking 127\.0\.0\.1:1 for metrics: /m);
  expect(stdout).toMatch(toCome);
});
