import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Call, callPrism, CallResult } from '../nexus/support/calling-workflows';

/** The namespace of teams that call through Nexus; {@link withCallers} makes a dev server create it. */
export const callersNamespace = 'callers';

/** Arguments of a dev server that creates it. */
export const withCallers = { extraArgs: ['--namespace', callersNamespace] };

/** Workflows of another namespace, with their own worker and an endpoint to the workers of prism-imports. */
export interface NexusCallers {
  endpoint: string;
  /** Task queue of their worker. */
  taskQueue: string;
  client: Client;
  start(call: Omit<Call, 'endpoint'>): Promise<WorkflowHandle<typeof callPrism>>;
  call(operation: Call['operation'], input: unknown): Promise<CallResult>;
  stop(): Promise<void>;
}

/** Creates an endpoint to a task queue in the server's own namespace. */
export async function makeEndpoint(server: TestWorkflowEnvironment, taskQueue: string): Promise<string> {
  const name = `prism-${randomUUID()}`;
  const target = { worker: { namespace: server.namespace ?? 'default', taskQueue } };
  await server.connection.operatorService.createNexusEndpoint({ spec: { name, target } });
  return name;
}

/** Starts callers on a server that was started {@link withCallers}. */
export async function startNexusCallers(
  server: TestWorkflowEnvironment,
  prismTaskQueue: string,
): Promise<NexusCallers> {
  const endpoint = await makeEndpoint(server, prismTaskQueue);
  const taskQueue = `callers-${randomUUID()}`;
  const client = new Client({ connection: server.connection, namespace: callersNamespace });
  const worker = await Worker.create({
    connection: server.nativeConnection,
    namespace: callersNamespace,
    taskQueue,
    workflowsPath: require.resolve('../nexus/support/calling-workflows'),
    interceptors: { workflowModules: [require.resolve('../nexus/support/child-elsewhere')] },
  });
  const running = worker.run();
  const start: NexusCallers['start'] = (call) =>
    client.workflow.start<typeof callPrism>('callPrism', {
      taskQueue,
      workflowId: `caller-${randomUUID()}`,
      args: [{ ...call, endpoint }],
    });
  return {
    endpoint,
    taskQueue,
    client,
    start,
    call: async (operation, input) => (await start({ operation, input })).result(),
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
