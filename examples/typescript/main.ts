/** Starts a worker, runs one example, and prints its result as JSON. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createJoinActivities } from './join';
import { createSubmitActivities } from './submit';

const taskQueue = 'example-pipeline-typescript';
/** Workflows that submit an import and call the tracker by name. */
const pipelines = {
  await: 'awaitImport',
  abandon: 'abandonImport',
  'continue-as-new': 'continueAsNewDuringImport',
};
/** Workflows that follow an existing import with the typed calls of the package. */
const typed = {
  'typed-await': 'awaitTyped',
  'typed-continue-as-new': 'followAcrossRuns',
  join: 'joinImport',
  'failed-rows': 'listFailedRows',
};
const modes = [...Object.keys(pipelines), ...Object.keys(typed), 'client'];

/** Options of the example. */
export interface ExampleOptions {
  mode: string;
  /** The Temporal server, `host:port`. */
  address: string;
  namespace: string;
  /** The API's address, for pipelines. */
  baseUrl: string;
  apiKey: string;
  teamId: string;
  /** The import. Pipelines start their own. */
  jobId?: string;
  /** The task queue of the trackers, default `prism-imports`. Pipelines always use the default. */
  trackerQueue?: string;
  /** Where stored results are, for `client`. */
  storage?: string | undefined;
  workflowId: string;
}

/** Runs one example and its worker, and returns the result. */
export async function runExample(options: ExampleOptions): Promise<unknown> {
  const { address, namespace, mode, teamId, jobId = '', trackerQueue = 'prism-imports', storage } = options;
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    const followed = { teamId, jobId, taskQueue: trackerQueue };
    if (mode === 'client') {
      const { followImport } = await import('./follow.js');
      return await followImport(client, { ...followed, ...(storage !== undefined && { storage }) });
    }
    return await (mode in pipelines
      ? runWorkflow(client, options, './parent', pipelines[mode as keyof typeof pipelines], { teamId })
      : runWorkflow(client, options, './typed', typed[mode as keyof typeof typed], followed));
  } finally {
    await connection.close();
  }
}

async function runWorkflow(
  client: Client,
  { address, namespace, baseUrl, apiKey, workflowId }: ExampleOptions,
  file: string,
  workflowType: string,
  input: object,
): Promise<unknown> {
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowsPath: require.resolve(file),
      activities: { ...createSubmitActivities(baseUrl, apiKey), ...createJoinActivities(client) },
    });
    return await worker.runUntil(
      client.workflow.execute(workflowType, { taskQueue, workflowId, args: [input] }),
    );
  } finally {
    await connection.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string', default: 'await' },
      address: { type: 'string', default: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' },
      namespace: { type: 'string', default: process.env['TEMPORAL_NAMESPACE'] ?? 'default' },
      'base-url': { type: 'string', default: 'http://127.0.0.1:8787' },
      team: { type: 'string', default: '00000000-0000-4000-8000-000000000001' },
      job: { type: 'string', default: '' },
      'tracker-queue': { type: 'string', default: 'prism-imports' },
      storage: { type: 'string' },
      'workflow-id': { type: 'string', default: `example-typescript/${randomUUID()}` },
    },
  });
  const { mode, address, namespace, storage } = values;
  if (!modes.includes(mode)) throw new Error(`--mode: saw ${mode}, expected one of ${modes.join(', ')}`);
  if (values.job === '' && !(mode in pipelines))
    throw new Error(`--mode ${mode} needs --job, an import to follow`);
  const end = await runExample({
    mode,
    address,
    namespace,
    baseUrl: values['base-url'],
    apiKey: process.env['MICRO_API_KEY'] ?? 'emulator-key',
    teamId: values.team,
    jobId: values.job,
    trackerQueue: values['tracker-queue'],
    storage,
    workflowId: values['workflow-id'],
  });
  process.stdout.write(`${JSON.stringify(end, null, 2)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode = 1;
  });
}
