import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import type { Finding } from '../../src/cli/doctor/findings';
import { trackerWorkflowId } from '../../src/core/ids';
import { startOrAttachTracker } from '../../src/temporal/trackers';
import { listed } from '../cli/support/listed';
import { killLeftCli, runCli } from '../cli/support/run-cli';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { startWorkerProcess } from '../support/worker-process';
import { prepareFullServer, type FullServer } from './support/full-server';
import { fullServerVersion } from './support/go-tool';
import { startSite, type Scenario } from './support/scenario';
import { runSuites } from './support/suites';

/** What `trackImport` takes. */
const maxIdBytes = 200;

/** Otherwise it archives a workflow up to five minutes after its end. */
const archivesAtOnce = ['--dynamic-config-value', 'history.archivalProcessorArchiveDelay=0s'];

const files = new TemporaryFiles();
let full: FullServer;
let site: Scenario;
let environment: Record<string, string>;

beforeAll(async () => {
  full = await prepareFullServer();
  const storage = { PRISM_STORAGE: `file:${files.folder}` };
  const options = { executable: full.executable, extraArgs: archivesAtOnce };
  site = await startSite(options, storage, () => Promise.resolve());
  environment = { TEMPORAL_ADDRESS: site.server.address, ...storage };
});
afterAll(async () => {
  killLeftCli();
  await site?.close();
  await full?.close();
  files.remove();
});

const findings = async (variables = environment) => {
  const { stdout } = await runCli(['doctor', '--no-api', '--json'], variables);
  return JSON.parse(stdout) as Finding[];
};
const seenOf = (found: Finding[], check: string) => found.find((each) => each.check === check)?.seen;

/** Runs Temporal's command line; returns what it prints. */
const temporal = async (...parameters: string[]) => {
  const { stdout } = await promisify(execFile)(full.executable.path, [
    ...parameters,
    ...['--address', site.server.address],
  ]);
  return stdout;
};

/** Creates a namespace with our search attributes; returns the settings of programs that use it. */
async function makeNamespace(namespace: string, ...options: string[]): Promise<Record<string, string>> {
  const create = ['operator', 'namespace', 'create', '--namespace', namespace, '--retention', '30d'];
  await temporal(...create, ...options);
  const place = { ...environment, TEMPORAL_NAMESPACE: namespace };
  await until(async () => (await runCli(['setup'], place)).code === 0);
  return place;
}

const startWorker = (place: Record<string, string>) =>
  startWorkerProcess({
    environment: { ...place, MICRO_API_KEY: 'emulator-key', MICRO_BASE_URL: site.emulator.baseUrl },
  });

test('the steps of the compose file, the first of them twice, leave all that the product needs', async () => {
  expect(full.printed['search-attributes']).toEqual([
    expect.stringContaining('Search attributes added: PrismImportStatus, PrismTeamId, PrismJobId,'),
  ]);
  const found = await findings();
  expect(found.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(seenOf(found, 'Temporal server')).toContain(`${fullServerVersion} at ${site.server.address}`);
  expect(seenOf(found, 'Namespace')).toBe('default, keeps closed workflows for 30 d');
  expect(seenOf(found, 'Workflow ids')).toContain('the server accepts 255 bytes');
  const again = await runCli(['setup', '--json'], environment);
  expect(JSON.parse(again.stdout)).toMatchObject({ added: [], warning: null });
});

test('the health check of the compose file asks what the server answers', async () => {
  expect((await fetch(await full.healthUrl(site.server.address))).status).toBe(200);
});

test('the tests of lists, descriptions and cleaning pass on it', () => runSuites(full.executable));

test.each([
  ['the longest', 'x'.repeat(maxIdBytes), 'y'.repeat(maxIdBytes)],
  ['of several bytes a character', '€'.repeat(66), '😀'.repeat(50)],
])('ids that are %s fit into the index and are found again', async (_, teamId, jobId) => {
  await site.emulator.controller.createJob({ teamId, jobId, total: 3, duration: 0 });
  const workflowId = `parent/${jobId}`;
  const { client } = site.server;
  const options = { workflowId, taskQueue: 'prism-imports', args: [{ teamId, jobId }] };
  expect(await client.workflow.execute('trackImport', options)).toMatchObject({ status: 'complete' });
  await until(async () => (await listed(environment)).some((row) => row.jobId === jobId));
  const rows = await runCli(['list', '--json', '--team', teamId], environment);
  expect(JSON.parse(rows.stdout)).toMatchObject({ teamId, jobId, workflowId, status: 'complete' });
  const described = await runCli(['describe', jobId, '--team', teamId, '--json'], environment);
  expect(described).toMatchObject({ code: 0 });
});

test('an id that the columns of the database cannot hold is refused before anything starts', async () => {
  const [teamId, jobId] = ['t'.repeat(maxIdBytes), 'j'.repeat(maxIdBytes)];
  const { code, stderr } = await runCli(['track', jobId, '--team', teamId], environment);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/expected a workflow id of at most 255 bytes.*--workflow-id ID/s) as string,
  });
  const { server } = site;
  await expect(
    server.client.workflow.start('trackImport', {
      workflowId: trackerWorkflowId(teamId, jobId),
      taskQueue: 'prism-imports',
      args: [{ teamId, jobId }],
    }),
  ).rejects.toHaveProperty('cause.message', expect.stringContaining('maximum allowed length (414/255)'));
});

test('a status of any length that the API invents is a problem, and no value of the index', async () => {
  const ids = { teamId: 'odd', jobId: 'odd-1' };
  await site.emulator.controller.createJob({ ...ids, total: 3, duration: '1h' });
  site.emulator.controller.addRule({ path: '/odd-1$', alter: { fields: { status: 's'.repeat(5000) } } });
  const tracker = await startOrAttachTracker(site.server.client, 'prism-imports', ids);
  const inTrouble = ['list', '--json', '--problem', 'unknown_status'];
  await until(async () => (await runCli(inTrouble, environment)).stdout.includes('"odd-1"'));
  await tracker.terminate();
});

test('a deprecated namespace ends what is open and takes no work, a deleted one no worker; doctor says which', async () => {
  const { connection } = site.server;
  const { controller } = site.emulator;
  const namespace = 'leaving';
  const place = await makeNamespace(namespace);
  const worker = await startWorker(place);
  try {
    const ids = { teamId: 'leaving', jobId: 'left-1' };
    await controller.createJob({ ...ids, total: 3, duration: '1h' });
    const client = new Client({ connection, namespace });
    const tracker = await startOrAttachTracker(client, 'prism-imports', ids);
    await until(() => controller.requests({ operation: 'status', jobId: ids.jobId }).length > 0);

    await connection.workflowService.deprecateNamespace({ namespace });
    expect(seenOf(await findings(place), 'Namespace')).toMatch(
      /^leaving is deprecated: open workflows continue/,
    );
    const begin = () => runCli(['track', 'left-2', '--team', 'leaving', '--detach'], place);
    await until(async () => /invalid state/.test((await begin()).stderr));
    await controller.setJob(ids.jobId, { status: 'complete' });
    await tracker.signal('pollNow');
    expect(await tracker.result()).toMatchObject({ status: 'complete' });

    await connection.operatorService.deleteNamespace({ namespace });
    expect(seenOf(await findings(place), 'Temporal server')).toContain('has no namespace "leaving"');
    const late = await runCli(['worker'], { ...place, MICRO_API_KEY: 'emulator-key' });
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('has no namespace') as string });
  } finally {
    await worker.kill();
  }
});

test('with archival, an import that retention has deleted is as unknown as without; its history is in the archive', async () => {
  const { connection } = site.server;
  const namespace = 'archiving';
  const place = await makeNamespace(
    namespace,
    ...['--history-archival-state', 'enabled', '--history-uri', files.uri('histories')],
    ...['--visibility-archival-state', 'enabled', '--visibility-uri', files.uri('visibility')],
  );
  const worker = await startWorker(place);
  try {
    const ids = { teamId: 'archived', jobId: 'old-1' };
    await site.emulator.controller.createJob({ ...ids, total: 3, duration: 0 });
    const client = new Client({ connection, namespace });
    const tracker = await startOrAttachTracker(client, 'prism-imports', ids);
    expect(await tracker.result()).toMatchObject({ status: 'complete' });
    const { runId } = await tracker.describe();
    const { workflowId } = tracker;
    const ofRun = ['--namespace', namespace, '--output', 'json', '--query', `WorkflowId = '${workflowId}'`];
    const isArchived = async () =>
      (await temporal('workflow', 'list', '--archived', ...ofRun)).includes(runId);
    await until(isArchived);
    const stored = () => readdirSync(files.folder, { recursive: true, encoding: 'utf8' });
    await until(() => stored().some((name) => name.endsWith('.history')));

    // Retention is at least a day; this removes the same.
    await connection.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
    });
    const listsNothing = ({ code, stdout }: { code: number | null; stdout: string }) =>
      code === 0 && stdout === '';
    await until(async () => listsNothing(await runCli(['list', '--json'], place)));
    for (const command of ['describe', 'results']) {
      const { code, stderr } = await runCli([command, 'old-1', '--team', 'archived'], place);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /has no workflow "old-1", and no tracker of .* keeps closed workflows, `prism-imports track`/,
        ) as string,
      });
    }
    const shown = [
      'workflow',
      'show',
      '--namespace',
      namespace,
      '--workflow-id',
      workflowId,
      '--run-id',
      runId,
    ];
    expect(await temporal(...shown)).toContain('WorkflowExecutionCompleted');
    const again = await runCli(['track', 'old-1', '--team', 'archived'], place);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('complete') as string });
  } finally {
    await worker.kill();
  }
});
