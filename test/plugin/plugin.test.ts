import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { PrismImportsPlugin } from 'prism-imports';
import type { followImport } from './team/workflows';
import { startDevServer } from '../support/temporal';

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;

beforeAll(async () => {
  [env, emulator] = await Promise.all([startDevServer(), startPrismEmulator({ job: { duration: 1500 } })]);
});
afterAll(async () => {
  await emulator?.close();
  await env?.teardown();
});

const teamId = randomUUID();
const workflowsPath = require.resolve('./team/workflows');
const settings = () => ({ apiKey: 'test-key', baseUrl: emulator.baseUrl, environment: {} });

test('a team follows an import on its own task queue, and its worker stops with all that it has started', async () => {
  const connection = await NativeConnection.connect({ address: env.address });
  const worker = await Worker.create({
    connection,
    taskQueue: 'team',
    workflowsPath,
    plugins: [new PrismImportsPlugin(settings())],
  });
  const jobId = await emulator.controller.createJob({
    teamId,
    jobId: randomUUID(),
    total: 3,
    duration: 1500,
  });
  const status = await worker.runUntil(() =>
    env.client.workflow.execute<typeof followImport>('followImport', {
      taskQueue: 'team',
      workflowId: `team/${jobId}`,
      args: [{ teamId, jobId }],
    }),
  );
  expect(status).toBe('complete');
  await connection.close();
});

test('a worker whose work fails at once stops, with that error', async () => {
  const connection = await NativeConnection.connect({ address: env.address });
  const plugins = [new PrismImportsPlugin(settings())];
  const worker = await Worker.create({ connection, taskQueue: 'brief', workflowsPath, plugins });
  await expect(worker.runUntil(Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  await connection.close();
});

test('a namespace without the search attributes is named, with no other server to run a command at', async () => {
  const bare = await startDevServer({ searchAttributes: [] });
  try {
    const connection = await NativeConnection.connect({ address: bare.address });
    const plugins = [new PrismImportsPlugin(settings())];
    const worker = await Worker.create({ connection, taskQueue: 'bare', workflowsPath, plugins });
    const error = (await worker.run().catch((reason: unknown) => reason)) as Error;
    expect(error.message).toMatch(/^The namespace "default" lacks the search attributes PrismImportStatus, /);
    expect(error.message).toContain('search-attribute create --namespace default --name');
    expect(error.message).not.toContain('--address');
    await connection.close();
  } finally {
    await bare.teardown();
  }
});

test('a second plugin, and a workflows file without ours, are refused before anything is served', async () => {
  const options = () => ({ connection: env.nativeConnection, taskQueue: 'refused', workflowsPath });
  const twice = [new PrismImportsPlugin(settings()), new PrismImportsPlugin(settings())];
  await expect(Worker.create({ ...options(), plugins: twice })).rejects.toThrow(/more than once/);
  const without = { ...options(), workflowsPath: require.resolve('../support/collector') };
  await expect(Worker.create({ ...without, plugins: [new PrismImportsPlugin(settings())] })).rejects.toThrow(
    /does not export the workflows trackImport, .*add the line `export \* from 'prism-imports\/workflows';`/,
  );
});

test('an activity of the team that has the name of one of ours is refused by name', async () => {
  const readResults = () => Promise.resolve();
  await expect(
    Worker.create({
      ...{ connection: env.nativeConnection, taskQueue: 'clash', workflowsPath },
      activities: { readResults },
      plugins: [new PrismImportsPlugin(settings())],
    }),
  ).rejects.toThrow('The activity names readResults belong to prism-imports: rename yours.');
});

test.each([
  { bundle: 'that the worker makes', given: () => Promise.resolve({ workflowsPath }) },
  {
    bundle: 'made ahead',
    given: async () => ({
      workflowBundle: await bundleWorkflowCode({ workflowsPath, plugins: [new PrismImportsPlugin()] }),
    }),
  },
])(
  'texts of a bundle $bundle lead to where PRISM_DOCS_URL says that the documents are',
  async ({ given }) => {
    const connection = await NativeConnection.connect({ address: env.address });
    const environment = { PRISM_DOCS_URL: 'https://wiki.example/prism/' };
    const worker = await Worker.create({
      connection,
      taskQueue: 'linked',
      ...(await given()),
      plugins: [new PrismImportsPlugin({ ...settings(), environment })],
    });
    const jobId = await emulator.controller.createJob({
      teamId,
      jobId: randomUUID(),
      total: 3,
      duration: 500,
    });
    const { currentDetails } = await worker.runUntil(async () => {
      const args = [{ teamId, jobId }];
      const tracker = await env.client.workflow.start('trackImport', {
        ...{ taskQueue: 'linked', workflowId: `linked/${jobId}`, args },
      });
      await tracker.result();
      return tracker.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    });
    expect(currentDetails).toContain('https://wiki.example/prism/inspecting.md');
    expect(currentDetails).not.toContain('docs/');
    await connection.close();
  },
);
