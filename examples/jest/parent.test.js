const { TestWorkflowEnvironment } = require('@temporalio/testing');
const { DefaultLogger, Runtime, Worker } = require('@temporalio/worker');
const { startPrismEmulator, startTestWorker, startTrackerDouble } = require('prism-imports/testing');

// The first run may download Temporal's test server.
jest.setTimeout(120_000);

const teamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';
let env;
let parents;
let running;
let tracker;
let emulator;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  // The time-skipping server. The SDK downloads it unless the variable names an executable.
  const path = process.env.TEMPORAL_TEST_SERVER;
  const server = path && { executable: { type: 'existing-path', path } };
  env = await TestWorkflowEnvironment.createTimeSkipping({ server });
  parents = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: 'parents',
    workflowsPath: require.resolve('./parent.js'),
  });
  running = parents.run();
});
afterEach(async () => {
  await tracker?.stop();
  await emulator?.close();
  tracker = emulator = undefined;
});
afterAll(async () => {
  parents?.shutdown();
  await running;
  await env?.teardown();
});

/** Runs the workflow for an import and returns its result or failure, and how many hours it took. */
async function run(jobId) {
  const start = { taskQueue: 'parents', workflowId: `parent/${jobId}`, args: [{ teamId, jobId }] };
  const parent = await env.client.workflow.start('importedRows', start);
  const end = await parent.result().then(
    (rows) => ({ rows }),
    ({ cause }) => ({ failure: cause.message, type: cause.type ?? cause.cause?.type }),
  );
  const { startTime, closeTime } = await parent.describe();
  return { ...end, hours: Math.floor((closeTime - startTime) / 3_600_000) };
}

test.each([
  ['complete', { status: 'complete', after: '5h' }, { rows: 100, hours: 5 }],
  ['half', { status: 'complete', job: { succeeded: 50, failed: 50 } }, { rows: 50, hours: 0 }],
  ['failed', { status: 'failed', after: '2h' }, { failure: 'The import failed is failed', hours: 2 }],
  ['expired', { status: 'expired' }, { failure: 'The import expired is expired' }],
  ['slow', { status: 'never' }, { failure: 'The import slow is timed_out', hours: 6 }],
  ['refused', { status: 'refused' }, { type: 'PrismUnauthorized' }],
])('an import that is %s, with a tracker double', async (jobId, end, expected) => {
  tracker = await startTrackerDouble({ connection: env.nativeConnection, end });
  expect(await run(jobId)).toMatchObject(expected);
});

test('an import of the emulator, with the whole worker, through an outage of the API', async () => {
  emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
  await emulator.controller.createJob({ teamId, jobId: 'whole', total: 500, duration: '3h' });
  const away = emulator.controller.addRule({ operation: 'status', times: 3, respond: { status: 503 } });
  tracker = await startTestWorker({ connection: env.nativeConnection, baseUrl: emulator.baseUrl });
  expect(await run('whole')).toMatchObject({ rows: 500, hours: 3 });
  expect(away.acted()).toBe(3);
});
