import type { Client, Connection } from '@temporalio/client';

const requestLimitMs = 10_000;

/** Without a worker a query is held for half a minute; nobody who asks should wait that long, in milliseconds. */
export const queryLimitMs = 3000;

/** Asks the server of a client, which has 10 s to answer. */
export function askServer<T>(client: Client, call: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = client.connection as Connection;
  return connection.withDeadline(Date.now() + requestLimitMs, () => call(connection));
}

/** How long the namespace of a client keeps closed workflows, in seconds; 0 when the server does not say. */
export async function retentionSeconds(client: Client): Promise<number> {
  const { namespace } = client.options;
  const { config } = await askServer(client, ({ workflowService }) =>
    workflowService.describeNamespace({ namespace }),
  );
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
}
