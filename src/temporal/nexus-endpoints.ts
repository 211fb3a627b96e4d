import type { Client } from '@temporalio/client';
import { askServer } from './ask-server';
import { grpcCode, grpcCodeOf, rootMessage, TemporalProblem } from './problem';
import { shellWord } from './shell-word';

/** The task queue that an endpoint routes operations to. */
export interface EndpointTarget {
  namespace: string;
  taskQueue: string;
}

/** Valid endpoint names: letters, digits and `-`, starting with a letter, not ending with `-`. */
export const endpointNameForm = /^[A-Za-z](?:[A-Za-z0-9-]{0,198}[A-Za-z0-9])?$/;

const maxPages = 20;

/**
 * The names of the endpoints that lead to a task queue. Null if the server does not say, for instance because it
 * refuses this client or has no endpoints.
 */
export async function endpointsTo(client: Client, target: EndpointTarget): Promise<string[] | null> {
  const names: string[] = [];
  let nextPageToken: Uint8Array | undefined;
  try {
    for (let page = 0; page < maxPages; page += 1) {
      const request = { pageSize: 100, ...(nextPageToken && { nextPageToken }) };
      const answer = await askServer(client, ({ operatorService }) =>
        operatorService.listNexusEndpoints(request),
      );
      for (const { spec } of answer.endpoints)
        if (spec?.name && leadsTo(spec.target?.worker, target)) names.push(spec.name);
      nextPageToken = answer.nextPageToken;
      if (!nextPageToken?.length) break;
    }
    return names;
  } catch {
    return null;
  }
}

/**
 * Creates an endpoint to a task queue, through which other namespaces call the Nexus service. Returns false if it
 * exists already with the same target. Throws {@link TemporalProblem} if it has another target, or if this client may
 * not create one.
 */
export async function makeEndpoint(
  client: Client,
  { name, target, address }: { name: string; target: EndpointTarget; address: string },
): Promise<boolean> {
  try {
    await askServer(client, ({ operatorService }) =>
      operatorService.createNexusEndpoint({ spec: { name, target: { worker: target } } }),
    );
    return true;
  } catch (error) {
    if (grpcCodeOf(error) !== grpcCode.alreadyExists) throw notMade(error, { name, target, address });
    await requireSame(client, { name, target, address });
    return false;
  }
}

async function requireSame(
  client: Client,
  { name, target, address }: { name: string; target: EndpointTarget; address: string },
): Promise<void> {
  const { endpoints } = await askServer(client, ({ operatorService }) =>
    operatorService.listNexusEndpoints({ name }),
  );
  const found = endpoints[0]?.spec?.target;
  if (leadsTo(found?.worker, target)) return;
  const elsewhere = found?.worker
    ? `the task queue ${JSON.stringify(found.worker.taskQueue)} of the namespace ${JSON.stringify(found.worker.namespace)}`
    : 'another place';
  throw new TemporalProblem(
    `Temporal at ${address} has an endpoint ${JSON.stringify(name)} that leads to ${elsewhere}, not to ` +
      `${JSON.stringify(target.taskQueue)} of ${JSON.stringify(target.namespace)}. Choose another name; or, if nobody ` +
      `uses it, \`temporal operator nexus endpoint delete --address ${shellWord(address)} --name ${name}\` and then ` +
      `\`prism-imports setup --nexus-endpoint ${name}\`.`,
  );
}

function notMade(
  error: unknown,
  { name, target, address }: { name: string; target: EndpointTarget; address: string },
): Error {
  const by =
    `\`temporal operator nexus endpoint create --address ${shellWord(address)} --name ${name} ` +
    `--target-namespace ${shellWord(target.namespace)} --target-task-queue ${shellWord(target.taskQueue)}\``;
  const advice =
    grpcCodeOf(error) === grpcCode.unimplemented
      ? 'Endpoints need a server on which Nexus is enabled: https://docs.temporal.io/production-deployment/self-hosted-guide/nexus'
      : `Create it with an account that is allowed to (on Temporal Cloud: its console or \`tcld nexus endpoint create\`), or ${by}.`;
  return new TemporalProblem(
    `Temporal at ${address} refuses to create the endpoint ${JSON.stringify(name)} for this client: ${rootMessage(error)}. ${advice}`,
    { cause: error },
  );
}

const leadsTo = (
  worker: { namespace?: string | null; taskQueue?: string | null } | null | undefined,
  { namespace, taskQueue }: EndpointTarget,
): boolean => worker?.namespace === namespace && worker.taskQueue === taskQueue;
