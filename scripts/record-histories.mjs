// Records histories of real runs for the replay tests: `node scripts/record-histories.mjs [trackImport|importRecords
// [CASE…]]`, after a change that adds or changes workflow commands, with a new version in package.json or for new case
// names. Never changes recorded histories.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const { Client } = require('@temporalio/client');
const { historyToJSON } = require('@temporalio/common/lib/proto-utils');
const { TestWorkflowEnvironment } = require('@temporalio/testing');
const { DefaultLogger, NativeConnection, Runtime } = require('@temporalio/worker');
const built = (path) => require(join(root, 'dist', path));
const { temporalCli } = built('dev/temporal-cli.js');
const { startPrismEmulator } = require('prism-emulator');
const { createPrismClient } = built('prism/client.js');
const { createFileStore } = built('storage/file-store.js');
const { createWorkerPair } = built('worker-pair.js');
const { searchAttributes } = built('workflows/messages.js');

const identity = 'recorder'; // the default contains this machine's name
const teamId = 'acme';
const quick = { initialInterval: '200ms', maximumInterval: '200ms', jitter: 0 };
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

Runtime.install({ logger: new DefaultLogger('ERROR') });
const env = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: await temporalCli(),
    searchAttributes,
    extraArgs: ['--output', 'none', '--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  },
});
const folder = await mkdtemp(join(tmpdir(), '0-'));
const emulator = await startPrismEmulator({ job: { duration: 500 } });
const connection = await NativeConnection.connect({ address: env.address });
const client = new Client({ connection: env.connection, identity });
const pair = await createWorkerPair({
  connection,
  taskQueue: 'prism-imports',
  workflowBundle: { codePath: join(root, 'dist', 'workflow-bundle.js') },
  api: createPrismClient({ baseUrl: emulator.baseUrl, apiKey: 'recording' }),
  store: createFileStore(join(folder, 'storage')),
  sources: [{ directory: folder }],
  overrides: { identity },
});
const running = pair.run();

const [only, ...cases] = process.argv.slice(2);
const isWanted = (name) => cases.length === 0 || cases.includes(name);
try {
  if (only !== 'importRecords') await trackerCases();
  if (only !== 'trackImport') await pipelineCases();
} finally {
  pair.stop();
  await running;
  await connection.close();
  await emulator.close();
  await env.teardown();
  await rm(folder, { recursive: true });
}

async function trackerCases() {
  const day = 86_400_000;
  await record('complete', { duration: 1000 });
  await record('failed', { status: 'failed', error: { code: 'import_failed' } });
  await record('never-seen', null);
  await record('timed-out', { duration: day }, { input: { waitTimeout: '2s' } });
  const endsAtMs = Date.now() + 2000;
  await record(
    'retention-over',
    { duration: day, expires_at: new Date(endsAtMs).toISOString() },
    {
      before: (jobId) =>
        emulator.controller.addRule({
          path: new RegExp(`/imports/${jobId}$`),
          respond: ({ proceed }) => (Date.now() < endsAtMs ? proceed() : { status: 404 }),
        }),
    },
  );
  await record(
    'vanished',
    { duration: day },
    { act: async (_, jobId) => emulator.controller.deleteJob(jobId) },
  );
  await record('cancelled', { duration: day }, { act: (handle) => handle.cancel() });
  await record('stored', { duration: 0 }, { input: { results: 'stored' } });
  await record(
    'problems',
    { duration: day },
    {
      act: async (handle, jobId) => {
        const path = new RegExp(`/imports/${jobId}$`);
        for (const status of [503, 503, 503, 429])
          emulator.controller.addRule({ path, times: 1, respond: { status } });
        await untilPolled(jobId, 8);
        await emulator.controller.setJob(jobId, { status: 'complete' });
      },
    },
  );
  await record(
    'messages',
    { duration: day },
    {
      input: { notify: [{ workflowId: 'nobody' }] },
      act: async (handle, jobId) => {
        await handle.signal('subscribe', { workflowId: 'nobody-else' });
        await handle.executeUpdate('setPolling', {
          args: [{ initialInterval: '1h', maximumInterval: '1h' }],
        });
        await emulator.controller.setJob(jobId, { status: 'complete' });
        await handle.signal('pollNow');
      },
    },
  );
  await record(
    'key-refused',
    { duration: day },
    {
      before: (jobId) =>
        emulator.controller.addRule({ path: new RegExp(`/imports/${jobId}$`), respond: { status: 401 } }),
    },
  );
  await record(
    'continued',
    { duration: day },
    {
      act: async (handle, jobId) => {
        const { runId } = await handle.describe();
        const current = client.workflow.getHandle(handle.workflowId);
        while ((await current.describe()).runId === runId) await untilPolled(jobId, 1);
        await emulator.controller.setJob(jobId, { status: 'complete' });
      },
    },
  );
  const aims = { polling: { initialInterval: '200ms', jitter: 0 } };
  await record('aimed', { duration: 8000 }, { input: aims });
  await record('aimed-continued', { duration: 6000 });
  await record(
    'aimed-problems',
    { duration: 8000 },
    {
      input: aims,
      act: async (_, jobId) =>
        emulator.controller.addRule({
          path: new RegExp(`/imports/${jobId}$`),
          times: 4,
          respond: { status: 503 },
        }),
    },
  );
  await record(
    'policy-changed',
    { duration: 5000, progress: 'none' },
    {
      input: { polling: { initialInterval: '1h', maximumInterval: '1h', maximumPolls: 50, jitter: 0 } },
      polls: 0,
      act: (handle) =>
        handle.executeUpdate('setPolling', {
          args: [{ initialInterval: 'default', maximumInterval: '2500ms' }],
        }),
    },
  );
  await record('failed-results', { duration: 1000 }, { input: { results: 'failed' } });
  const soon = () => new Date(Date.now() + 3000).toISOString();
  await record(
    'answers-after-retention',
    { duration: day, expires_at: soon() },
    { input: { polling: { initialInterval: '900ms', jitter: 0 }, waitTimeout: '10s' } },
  );
  await record(
    'unavailable-after-retention',
    { duration: day, expires_at: soon() },
    {
      input: { polling: { initialInterval: '900ms', jitter: 0 }, waitTimeout: '10s' },
      act: async (_, jobId) =>
        emulator.controller.addRule({ path: new RegExp(`/imports/${jobId}$`), respond: { status: 503 } }),
    },
  );
  await record(
    'submitted-earlier',
    { duration: 4000 },
    // With the default policy, the first interval of 2 s has passed when the tracker starts, so it polls at once.
    { input: { polling: undefined, submittedAt: new Date(Date.now() - 2500).toISOString() } },
  );
  const parent = await client.workflow.start('trackImport', {
    taskQueue: 'prism-imports',
    workflowId: 'recorded-subscriber',
    args: [{ teamId, jobId: 'job-of-subscriber', polling: { initialInterval: '1h', maximumInterval: '1h' } }],
  });
  await record(
    'subscribed-late',
    { duration: day },
    {
      act: async (handle, jobId) => {
        await untilPolled(jobId, 3);
        await handle.signal('subscribe', { workflowId: parent.workflowId, signal: 'importOfSomebody' });
        await handle.signal('subscribe', { workflowId: 'nobody' });
        await handle.signal('subscribe', { workflowId: parent.workflowId, signal: 'importOfSomebody' });
        await handle.signal('subscribe', 'nonsense');
        await untilPolled(jobId, 5);
        await emulator.controller.setJob(jobId, { status: 'complete' });
        await handle.signal('pollNow');
      },
    },
  );
  await parent.terminate();
  await record(
    'asked-while-confirming',
    { duration: day },
    {
      act: async (handle, jobId) => {
        await emulator.controller.deleteJob(jobId);
        await untilPolled(jobId, 4);
        await handle.signal('pollNow');
      },
    },
  );
}

/** Runs a tracker as the case says, acts after a number of polls, and saves the history of each of its runs. */
async function record(
  name,
  script,
  { input = {}, polls = 2, before = () => undefined, act = async () => undefined } = {},
) {
  if (!isWanted(name)) return;
  const jobId = `job-${name}`;
  if (script !== null) await emulator.controller.createJob({ teamId, jobId, total: 150, ...script });
  before(jobId);
  const handle = await client.workflow.start('trackImport', {
    taskQueue: 'prism-imports',
    workflowId: `recorded-${name}`,
    args: [
      {
        teamId,
        jobId,
        polling: quick,
        ...input,
        ...(script === null && { submittedAt: '2026-01-01T00:00:00Z' }),
      },
    ],
  });
  await untilPolled(jobId, polls);
  await act(handle, jobId);
  await handle.result().catch(() => undefined);
  await keep('trackImport', name, handle.workflowId, handle.firstExecutionRunId);
  const last = await client.workflow.getHandle(handle.workflowId).describe();
  if (last.runId !== handle.firstExecutionRunId)
    await keep('trackImport', `${name}-end`, handle.workflowId, last.runId);
}

async function pipelineCases() {
  const { controller } = emulator;
  await recordPipeline('complete', { rows: 250, keepTracker: 'batch-0001' });
  await recordPipeline('continued', { rows: 2000, batchSize: 100 });
  const respond = { status: 503 };
  await recordPipeline('tried-again', {
    rows: 100,
    before: () => controller.addRule({ operation: 'import', times: 1, respond }),
  });
  const tooLarge = { status: 413 };
  await recordPipeline('split', {
    rows: 240,
    batchSize: 240,
    before: () => controller.addRule({ operation: 'import', times: 1, respond: tooLarge }),
  });
  await recordPipeline('refused', {
    rows: 100,
    before: () => controller.addRule({ operation: 'import', times: 1, respond: { status: 403 } }),
  });
  for (const named of ['path', 'none'])
    await recordPipeline(`refused-rows-${named === 'path' ? 'named' : 'unnamed'}`, {
      rows: 100,
      before: () =>
        controller.addRule({
          refuse: { rows: { property: 'name', equals: 'Organization 7' }, named },
        }),
    });
  await recordPipeline('cancelled', {
    rows: 240,
    before: () => controller.addRule({ operation: 'import', times: 2, job: { end: 'never' } }),
    act: async (handle) => {
      while (
        !controller.journal.some(
          ({ path, operation }) => operation === 'status' && path.includes('never-ending'),
        )
      )
        await new Promise((resolve) => setTimeout(resolve, 50));
      await handle.cancel();
    },
    team: 'never-ending',
  });
}

/** Runs a pipeline as the case says, and saves the histories of its first and last run. */
async function recordPipeline(
  name,
  {
    rows,
    batchSize = 120,
    before = () => undefined,
    act = async () => undefined,
    team = teamId,
    keepTracker,
  },
) {
  if (!isWanted(name)) return;
  const file = join(folder, `${name}.csv`);
  const lines = Array.from({ length: rows }, (_, i) => `Organization ${i},${name}-${i % 240}.example`);
  await writeFile(file, ['name,primary_domain', ...lines, 'ragged'].join('\n'));
  const source = { uri: pathToFileURL(file).href, format: 'csv' };
  const options = { dedupe_by: 'primary_domain' };
  const input = { teamId: team, objectType: 'organization', source, options, batchSize, polling: quick };
  before();
  const handle = await client.workflow.start('importRecords', {
    taskQueue: 'prism-imports',
    workflowId: `recorded-pipeline-${name}`,
    args: [input],
  });
  await act(handle);
  await handle.result().catch(() => undefined);
  await keep('importRecords', name, handle.workflowId, handle.firstExecutionRunId);
  const last = await client.workflow.getHandle(handle.workflowId).describe();
  if (last.runId !== handle.firstExecutionRunId)
    await keep('importRecords', `${name}-end`, handle.workflowId, last.runId);
  if (keepTracker) await keep('trackImport', `of-pipeline-${name}`, `${handle.workflowId}/${keepTracker}`);
}

async function keep(workflow, name, workflowId, runId) {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const file = join(root, 'test', 'replay', 'histories', `${workflow}.${name}.${version}.json`);
  await writeFile(file, `${withoutStacks(historyToJSON(history))}\n`);
  console.log(`${file}: ${history.events.length} events`);
}

/** Stack traces contain folders of this machine, and replay does not need them. */
function withoutStacks(json) {
  return JSON.stringify(
    JSON.parse(json, (key, value) => (key === 'stackTrace' ? undefined : value)),
    null,
    2,
  );
}

/** Waits until the job has been polled this often, or its tracker has ended. */
async function untilPolled(jobId, times) {
  const name = jobId.slice('job-'.length);
  const polls = () => emulator.controller.journal.filter(({ path }) => path.endsWith(`/${jobId}`)).length;
  const ended = async () =>
    (await client.workflow.getHandle(`recorded-${name}`).describe()).status.name !== 'RUNNING';
  while (polls() < times && !(await ended())) await new Promise((resolve) => setTimeout(resolve, 50));
}
