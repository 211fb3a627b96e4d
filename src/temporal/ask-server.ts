import type { Client, Connection } from '@temporalio/client';

const requestLimitMs = 10_000;

/** How long a query may take, in milliseconds. Without a worker, the server holds a query for half a minute. */
export const queryLimitMs = 3000;

/** Calls the server of a client; times out after 10 s. */
export function askServer<T>(client: Client, call: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = client.connection as Connection;
  return connection.withDeadline(Date.now() + requestLimitMs, () => call(connection));
}

/** What a server reports about a namespace. */
export interface NamespaceFacts {
  /** How long it keeps closed workflows, in seconds; 0 when the server does not say. */
  retentionSeconds: number;
  /** Whether it is deprecated: open workflows continue, but nothing new can start. */
  isDeprecated: boolean;
}

/** temporal/api/enums/v1, NamespaceState. */
const deprecated = 2;

/** Reads the facts of a client's namespace. Rejects if the namespace no longer exists. */
export async function namespaceFacts(client: Client): Promise<NamespaceFacts> {
  const { namespace } = client.options;
  const { config, namespaceInfo } = await askServer(client, ({ workflowService }) =>
    workflowService.describeNamespace({ namespace }),
  );
  return {
    retentionSeconds: Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0),
    isDeprecated: Number(namespaceInfo?.state) === deprecated,
  };
}
