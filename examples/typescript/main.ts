/** Runs the example pipeline once, with a worker of its own, and prints how its import ended as JSON. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { abandonImport, awaitImport, continueAsNewDuringImport, type ImportEnd } from './parent';
import { createSubmitActivities } from './submit';

const taskQueue = 'example-pipeline-typescript';
const workflows = {
  await: awaitImport,
  abandon: abandonImport,
  'continue-as-new': continueAsNewDuringImport,
};

/** What the example needs to know. */
export interface ExampleOptions {
  mode: keyof typeof workflows;
  /** Temporal server, `host:port`. */
  address: string;
  namespace: string;
  /** The API's address. */
  baseUrl: string;
  apiKey: string;
  teamId: string;
  workflowId: string;
}

/** Runs a worker for as long as one pipeline takes, and returns how its import ended. */
export async function runExample(options: ExampleOptions): Promise<ImportEnd> {
  const { address, namespace, baseUrl, apiKey, workflowId, teamId } = options;
  const connection = await Connection.connect({ address });
  const workerConnection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      connection: workerConnection,
      namespace,
      taskQueue,
      workflowsPath: require.resolve('./parent'),
      activities: createSubmitActivities(baseUrl, apiKey),
    });
    const client = new Client({ connection, namespace });
    return await worker.runUntil(
      client.workflow.execute(workflows[options.mode], { taskQueue, workflowId, args: [{ teamId }] }),
    );
  } finally {
    await workerConnection.close();
    await connection.close();
  }
}

function isMode(text: string): text is keyof typeof workflows {
  return text in workflows;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string', default: 'await' },
      address: { type: 'string', default: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' },
      namespace: { type: 'string', default: process.env['TEMPORAL_NAMESPACE'] ?? 'default' },
      'base-url': { type: 'string', default: 'http://127.0.0.1:8787' },
      team: { type: 'string', default: '00000000-0000-4000-8000-000000000001' },
      'workflow-id': { type: 'string', default: `example-typescript/${randomUUID()}` },
    },
  });
  const { mode, address, namespace } = values;
  if (!isMode(mode)) {
    throw new Error(`--mode: saw ${mode}, expected one of ${Object.keys(workflows).join(', ')}`);
  }
  const end = await runExample({
    mode,
    address,
    namespace,
    baseUrl: values['base-url'],
    apiKey: process.env['MICRO_API_KEY'] ?? 'emulator-key',
    teamId: values.team,
    workflowId: values['workflow-id'],
  });
  process.stdout.write(`${JSON.stringify(end, null, 2)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
