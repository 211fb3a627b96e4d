import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../src/config/config';
import { freePort } from '../../src/dev/free-port';
import { temporalCli } from '../../src/dev/temporal-cli';
import type { TrackImportInput } from '../../src/core/tracker/input';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { runCli } from '../cli/support/run-cli';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { startPrometheus, type Prometheus } from './support/prometheus';

const root = join(__dirname, '..', '..');
const team = 'acme';
/** Far from the next scheduled poll: each request of the night was asked for by somebody. */
const polling = { initialInterval: '30m' } as const;
/** Gauges of the fleet are asked for once a minute, and a worker is given up after half of one. */
const patienceMs = 300_000;

let folder: string;
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let prometheus: Prometheus;
let environment: Record<string, string>;
let worker: WorkerProcess;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prism-night-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  await symlink((await temporalCli()).path, join(folder, 'temporal'));
  server = await startDevServer();
  closers.push(() => server.teardown());
  emulator = await startPrismEmulator();
  closers.push(() => emulator.close());
  const target = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'key'), 'key-of-dusk');
  await mkdir(join(folder, 'storage'));
  environment = {
    TEMPORAL_ADDRESS: server.address,
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY_FILE: join(folder, 'key'),
    MICRO_TEAM_ID: team,
    PRISM_DOCS_URL: 'https://wiki.example/prism',
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
    PRISM_METRICS_ADDRESS: target,
  };
  worker = await startWorkerProcess({ environment });
  closers.push(() => worker.stop());
  const ruleFiles = await Promise.all(['recording.yml', 'alerts.yml'].map(withoutDelay));
  prometheus = await startPrometheus({ job: 'prism-imports', target, ruleFiles, intervalSeconds: 1 });
  closers.push(() => prometheus.stop());
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A copy of a file of rules whose alerts fire at once: what they wait for is whether it lasts, which it does here. */
async function withoutDelay(name: string): Promise<string> {
  const rules = await readFile(join(root, 'dashboards', 'prometheus', name), 'utf8');
  const path = join(folder, name);
  await writeFile(path, rules.replace(/^( +for:) .*$/gm, '$1 0s'));
  return path;
}

/** Names of the alerts that fire, with their problem where they have one. */
async function firing(): Promise<string[]> {
  const alerts = await prometheus.query('ALERTS{alertstate="firing"}');
  const named = alerts.map(({ labels }) =>
    [labels['alertname'], labels['problem']].filter((word) => word !== undefined).join(' '),
  );
  return [...new Set(named)].toSorted();
}

const fire = (...alerts: string[]) =>
  until(async () => {
    const now = await firing();
    return alerts.every((each) => now.includes(each));
  }, patienceMs);

const endOf = (...alerts: string[]) =>
  until(async () => {
    const now = await firing();
    return alerts.every((each) => !now.includes(each));
  }, patienceMs);

const list = async (...flags: string[]) => (await runCli(['list', ...flags], environment)).stdout;
const jobsIn = (text: string) =>
  [...text.matchAll(/^processing.* (\S+)$/gm)].map(([, job]) => job).toSorted();
const requests = () => emulator.controller.journal.length;

/** Types a line that `list` has printed below its table: the one behind these words. */
async function paste(page: string, words: string): Promise<void> {
  const lines = page.split('\n');
  const line = lines[lines.findIndex((each) => each.startsWith(words)) + 1] ?? '';
  expect(line).toMatch(/^temporal workflow /);
  await promisify(execFile)('sh', ['-ec', `${line} --yes`], {
    env: { ...withoutAccounts(), PATH: [folder, process.env['PATH']].join(delimiter) },
    timeout: 120_000,
  });
}

async function follow(jobIds: readonly string[], more: Partial<TrackImportInput> = {}): Promise<void> {
  await Promise.all(
    jobIds.map((jobId) =>
      startOrAttachTracker(server.client, 'prism-imports', { teamId: team, jobId, polling, ...more }),
    ),
  );
}
const create = (jobIds: readonly string[], job: { duration: number | string }) =>
  Promise.all(
    jobIds.map((jobId) => emulator.controller.createJob({ teamId: team, jobId, total: 40, ...job })),
  );
const named = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);
const open = (problem = 'PrismProblem IS NULL') =>
  server.client.workflow.count(`WorkflowType = 'trackImport' AND ExecutionStatus = 'Running' AND ${problem}`);
/** Asks a tracker for a poll, unless it has ended. */
const pollNow = (jobId: string) =>
  server.client.workflow
    .getHandle(`prism-import/${team}/${jobId}`)
    .signal('pollNow')
    .catch(() => undefined);
const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

const well = named('well', 36);
const odd = [...named('page', 2), ...named('paused', 2), ...named('cut-off', 2)];
const ended = [...named('done', 8), ...named('broken', 4)];
const gone = named('gone', 6);

test('a night with sixty imports: each event is told of, found, put right, and costs what was said', async () => {
  const { controller } = emulator;

  // Dusk: all are followed, most go well.
  await create([...well, ...odd], { duration: '10h' });
  await create(ended, { duration: 0 });
  for (const jobId of named('broken', 4))
    await controller.setJob(jobId, {
      status: 'failed',
      error: { code: 'import_worker_failed', message: 'No.' },
    });
  controller.addRule({ path: '/page-\\d$', respond: { status: 200, body: '<html>Log in</html>' } });
  controller.addRule({ path: '/paused-\\d$', alter: { fields: { status: 'paused' } } });
  controller.addRule({ path: '/cut-off-\\d$', respond: { status: 503 } });
  await follow([...well, ...odd, ...ended]);
  await follow(gone, { submittedAt: anHourAgo() });
  await Promise.all([...well, ...odd, ...ended].map(pollNow));
  await until(async () => (await open()).count === well.length, patienceMs);
  await until(async () => (await open('PrismProblem IS NOT NULL')).count === odd.length, patienceMs);
  await fire(
    'PrismImportExpired',
    'PrismImportsBlocked malformed',
    'PrismImportsBlocked unavailable',
    'PrismImportsBlocked unknown_status',
  );
  const trouble = await list('--problem');
  expect(jobsIn(trouble)).toEqual(odd.toSorted());
  expect(trouble).toContain('In trouble: 2 malformed, 2 unavailable, 2 unknown_status.');
  const described = (await runCli(['describe', 'page-0'], environment)).stdout;
  expect(described).toContain('malformed');
  expect(described).toMatch(/^What to do .*https:\/\/wiki\.example\/prism\/problems\.md/m);
  const shown = await server.client.workflow
    .getHandle(`prism-import/${team}/page-0`)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(shown.currentDetails).toContain('See https://wiki.example/prism/problems.md');

  // The worker dies: nothing is asked, nothing is lost.
  const before = requests();
  await worker.kill();
  await fire('PrismNoWorker');
  const blind = (await runCli(['describe', 'well-0'], environment)).stdout;
  expect(blind).toContain('no worker answered within 3 s');
  worker = await startWorkerProcess({ environment });
  await endOf('PrismNoWorker');
  expect(requests()).toBe(before);

  // The key is revoked; a new one is put in its place, and those that were refused are asked for at once.
  const revoked = controller.addRule({ respond: { status: 401 } });
  await Promise.all(named('well', 10).map(pollNow));
  await fire('PrismKeyRefused', 'PrismImportsBlocked key_refused');
  const refused = await list('--problem', 'key_refused');
  expect(jobsIn(refused)).toEqual(named('well', 10));
  expect((await runCli(['doctor', '--no-api'], environment)).stdout).toMatch(/Imports in trouble +16 of 42 /);
  await writeFile(join(folder, 'key'), 'key-of-midnight');
  revoked.remove();
  const atRotation = requests();
  await paste(refused, 'Poll at once (10 requests to the API');
  await until(async () => (await open("PrismProblem = 'key_refused'")).count === 0, patienceMs);
  // One each, and one more of each that asked with the former key meanwhile.
  expect(requests() - atRotation).toBeLessThanOrEqual(20);
  await endOf('PrismImportsBlocked key_refused');

  // The quota is used up: nobody needs to poll soon.
  const limited = controller.addRule({ respond: { status: 429, headers: { 'retry-after': '3600' } } });
  await Promise.all(named('well', 5).map(pollNow));
  await fire('PrismImportsBlocked rate_limited');
  const atLimit = requests();
  await paste(await list('--problem', 'rate_limited'), 'Poll less often from now on (no request');
  expect(requests()).toBe(atLimit);
  limited.remove();

  // Two that nobody could ask for in time are lost, and said to be.
  const lost = named('lost', 2);
  controller.addRule({ path: '/lost-\\d$', respond: { status: 503 } });
  await follow(lost, { submittedAt: new Date(Date.now() - 9 * 86_400_000).toISOString() });
  await fire('PrismImportLost');
  const mourned = await runCli(['describe', 'lost-0'], environment);
  expect(mourned.stdout).toContain('lost');
  expect(mourned.stdout).toContain('What to do');

  // Nothing was told twice, nothing has ended that should not have.
  const ends = await list('--status', 'complete,failed,expired,lost', '--json', '--limit', '100');
  expect(ends.split('\n').filter(Boolean)).toHaveLength(ended.length + gone.length + lost.length);
});
