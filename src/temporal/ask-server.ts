import type { Client, Connection } from '@temporalio/client';

const requestLimitMs = 10_000;

/** Without a worker a query is held for half a minute; nobody who asks should wait that long, in milliseconds. */
export const queryLimitMs = 3000;

/** Asks the server of a client, which has 10 s to answer. */
export function askServer<T>(client: Client, call: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = client.connection as Connection;
  return connection.withDeadline(Date.now() + requestLimitMs, () => call(connection));
}

/** What a server says of a namespace. */
export interface NamespaceFacts {
  /** How long it keeps closed workflows, in seconds; 0 when the server does not say. */
  retentionSeconds: number;
  /** Whether it is deprecated: open workflows continue, but nothing new can start. */
  isDeprecated: boolean;
}

/** temporal/api/enums/v1, NamespaceState. */
const deprecated = 2;

/** Asks about the namespace of a client; rejects when it is gone. */
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
