import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { minRetentionDays, namespaceFlags } from './namespace-verdicts';
import { grpcCode, grpcCodeOf, rootMessage, TemporalProblem } from './problem';

/** Where Temporal is and how to log in, as in `config.temporal`. */
export interface TemporalSettings {
  address: string;
  namespace: string;
  connectionOptions: () => ConnectionOptions;
}

/** Longest time to wait for a connection, in milliseconds. */
const connectLimitMs = 5000;

/**
 * Connects a client to the namespace; the caller closes its `connection`. `dataConverter` reads and writes payloads;
 * default: Temporal's. Throws {@link TemporalProblem} if the server cannot be reached within 5 s, refuses the
 * credentials, or has no such namespace.
 */
export async function connectClient(
  settings: TemporalSettings,
  dataConverter: DataConverter = {},
): Promise<Client> {
  const { address, namespace } = settings;
  const connection = await connect(settings);
  try {
    await connection.withDeadline(Date.now() + connectLimitMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    await connection.close();
    if (grpcCodeOf(error) !== grpcCode.notFound) throw unusable(address, error);
    throw new TemporalProblem(
      `Temporal at ${address} has no namespace ${JSON.stringify(namespace)}: ` +
        `check TEMPORAL_NAMESPACE, or create it with \`temporal operator namespace create ${namespaceFlags(settings)} --retention ${minRetentionDays}d\`.`,
      { cause: error },
    );
  }
  return new Client({ connection, namespace, dataConverter });
}

/** Answers after which no retry helps: there is no such namespace, or the credentials are refused. */
const refusals: readonly (number | null)[] = [
  grpcCode.notFound,
  grpcCode.permissionDenied,
  grpcCode.unauthenticated,
];

/**
 * Why the server refuses the namespace after a worker has failed with `cause`, which the problem keeps; null if it does
 * not, so that the worker's own error says what is wrong.
 */
export async function refusalAfter(
  settings: TemporalSettings,
  cause: unknown,
): Promise<TemporalProblem | null> {
  try {
    const { connection } = await connectClient(settings);
    await connection.close();
    return null;
  } catch (error) {
    if (!(error instanceof TemporalProblem) || !refusals.includes(grpcCodeOf(error))) return null;
    return new TemporalProblem(error.message, { cause });
  }
}

async function connect({ address, connectionOptions }: TemporalSettings): Promise<Connection> {
  // Not `Connection.connect`: if that fails, its channel stays open and keeps retrying.
  const connection = Connection.lazy({ ...connectionOptions(), address, connectTimeout: connectLimitMs });
  try {
    await connection.ensureConnected();
    return connection;
  } catch (error) {
    await connection.close();
    throw unusable(address, error);
  }
}

function unusable(address: string, error: unknown): TemporalProblem {
  const code = grpcCodeOf(error);
  const refused = code === grpcCode.permissionDenied || code === grpcCode.unauthenticated;
  return new TemporalProblem(
    refused
      ? `Temporal at ${address} refused the credentials (${rootMessage(error)}): check TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE.`
      : `Temporal at ${address} cannot be reached (${rootMessage(error)}): check TEMPORAL_ADDRESS and TEMPORAL_TLS, and that the server runs.`,
    { cause: error },
  );
}
