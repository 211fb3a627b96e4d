import { type Client, type Connection } from '@temporalio/client';
import { minRetentionDays } from '../cli/doctor/judge-server';
import { searchAttributes } from '../workflows/messages';
import { grpcCode, grpcCodeOf, TemporalProblem } from './problem';

/**
 * Types of search attributes as the `temporal` CLI names them, by their number in the API (temporal/api/enums/v1,
 * IndexedValueType).
 */
const typeNames = ['Unspecified', 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];

/**
 * What a search attribute must be and what the namespace has; `found` is null when it is missing. Types as the
 * `temporal` CLI names them.
 */
export interface SearchAttributeState {
  name: string;
  expected: string;
  found: string | null;
}

const requestLimitMs = 10_000;
const readyLimitMs = 60_000;
const readyIntervalMs = 250;

/**
 * Says of each search attribute of this product what the namespace has. A server that does not tell types (Temporal
 * Cloud) counts as having the right one.
 */
export async function searchAttributeStates(client: Client): Promise<SearchAttributeState[]> {
  const types = await registeredTypes(client);
  return Promise.all(
    searchAttributes.map(async ({ name, type }) => {
      const expected = typeNames.find((known) => known.toUpperCase() === type) ?? type;
      if (types !== null) return { name, expected, found: types.get(name) ?? null };
      return { name, expected, found: (await isUsable(client, name)) ? expected : null };
    }),
  );
}

/**
 * Throws {@link TemporalProblem}, with the commands that mend it, when a search attribute is missing or has the wrong
 * type.
 */
export async function checkSearchAttributes(client: Client, address: string): Promise<void> {
  const states = await searchAttributeStates(client);
  refuseWrongTypes(states, client.options.namespace, address);
  const missing = states.filter(({ found }) => found === null);
  if (missing.length === 0) return;
  const { namespace } = client.options;
  throw new TemporalProblem(
    `The namespace ${JSON.stringify(namespace)} at ${address} lacks the search ${plural(missing)} ${names(missing)}. ` +
      `Run \`prism-imports setup\`, or \`${createCommand(missing, namespace, address)}\`.`,
  );
}

/**
 * Registers the search attributes that are missing and waits until queries may use them, at most a minute. Returns the
 * names of those it added and of those that were there. Throws {@link TemporalProblem} when one is there with another
 * type (adding it would succeed and change nothing), or when the server does not let us add them.
 */
export async function registerSearchAttributes(
  client: Client,
  address: string,
): Promise<{ added: string[]; present: string[] }> {
  const { namespace } = client.options;
  const states = await searchAttributeStates(client);
  refuseWrongTypes(states, namespace, address);
  const missing = states.filter(({ found }) => found === null);
  if (missing.length > 0) await add(client, missing, address);
  await untilUsable(client, address);
  return {
    added: missing.map(({ name }) => name),
    present: states.filter(({ found }) => found !== null).map(({ name }) => name),
  };
}

/**
 * A warning when the namespace keeps closed workflows for less than 8 days (a tracker's result would be gone before its
 * import is), or null.
 */
export async function retentionWarning(client: Client, address: string): Promise<string | null> {
  const { namespace } = client.options;
  const { config } = await withLimit(client, ({ workflowService }) =>
    workflowService.describeNamespace({ namespace }),
  );
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (seconds === 0 || seconds >= minRetentionDays * 86_400) return null;
  const days = Math.round((seconds / 86_400) * 10) / 10;
  return (
    `The namespace ${JSON.stringify(namespace)} keeps closed workflows for ${days} ${days === 1 ? 'day' : 'days'} only; results of trackers are gone after that. ` +
    `\`temporal operator namespace update --address ${address} --namespace ${namespace} --retention ${minRetentionDays}d\` keeps them longer.`
  );
}

/** The line that creates these search attributes with the stock `temporal` CLI. */
function createCommand(states: SearchAttributeState[], namespace: string, address: string): string {
  const pairs = states.map(({ name, expected }) => `--name ${name} --type ${expected}`).join(' ');
  return `temporal operator search-attribute create --address ${address} --namespace ${namespace} ${pairs}`;
}

function refuseWrongTypes(states: SearchAttributeState[], namespace: string, address: string): void {
  const wrong = states.filter(({ expected, found }) => found !== null && found !== expected);
  if (wrong.length === 0) return;
  const seen = wrong
    .map(({ name, expected, found }) => `${name} is ${found}, expected ${expected}`)
    .join('; ');
  const removal = wrong.map(({ name }) => `--name ${name}`).join(' ');
  throw new TemporalProblem(
    `The namespace ${JSON.stringify(namespace)} at ${address} has search attributes of another type: ${seen}. ` +
      `Use another namespace; or, if nothing else uses them, ` +
      `\`temporal operator search-attribute remove --address ${address} --namespace ${namespace} ${removal}\` and then \`prism-imports setup\`.`,
  );
}

async function add(client: Client, missing: SearchAttributeState[], address: string): Promise<void> {
  const { namespace } = client.options;
  const attributes = Object.fromEntries(
    missing.map(({ name, expected }) => [name, typeNames.indexOf(expected)]),
  );
  try {
    await withLimit(client, ({ operatorService }) =>
      operatorService.addSearchAttributes({ namespace, searchAttributes: attributes }),
    );
  } catch (error) {
    const code = grpcCodeOf(error);
    // Somebody else may have been faster; waiting until they are usable settles it.
    if (code === grpcCode.alreadyExists) return;
    if (!isRefusal(code)) throw error;
    throw new TemporalProblem(
      `Temporal at ${address} does not let this client create the search ${plural(missing)} ${names(missing)}. ` +
        `Create them with the account that may (on Temporal Cloud: its console or \`tcld\`), or \`${createCommand(missing, namespace, address)}\`.`,
      { cause: error },
    );
  }
}

async function untilUsable(client: Client, address: string): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  for (;;) {
    const usable = await Promise.all(searchAttributes.map(({ name }) => isUsable(client, name)));
    if (usable.every(Boolean)) return;
    if (Date.now() > deadline) {
      throw new TemporalProblem(
        `The search attributes were created at ${address}, but queries cannot use them after ${readyLimitMs / 1000} s. Try \`prism-imports setup\` again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, readyIntervalMs));
  }
}

/** Whether queries may name the search attribute. */
async function isUsable(client: Client, name: string): Promise<boolean> {
  const { namespace } = client.options;
  try {
    await withLimit(client, ({ workflowService }) =>
      workflowService.countWorkflowExecutions({ namespace, query: `${name} IS NULL` }),
    );
    return true;
  } catch (error) {
    if (grpcCodeOf(error) === grpcCode.invalidArgument) return false;
    throw error;
  }
}

/** The namespace's own search attributes with their types, or null when the server does not tell. */
async function registeredTypes(client: Client): Promise<Map<string, string> | null> {
  const { namespace } = client.options;
  try {
    const { customAttributes } = await withLimit(client, ({ operatorService }) =>
      operatorService.listSearchAttributes({ namespace }),
    );
    return new Map(
      Object.entries(customAttributes ?? {}).map(([name, type]) => [name, typeNames[type] ?? `type ${type}`]),
    );
  } catch (error) {
    if (isRefusal(grpcCodeOf(error))) return null;
    throw error;
  }
}

const isRefusal = (code: number | null): boolean =>
  code === grpcCode.permissionDenied || code === grpcCode.unauthenticated || code === grpcCode.unimplemented;

function withLimit<T>(client: Client, call: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = client.connection as Connection;
  return connection.withDeadline(Date.now() + requestLimitMs, () => call(connection));
}

const names = (states: SearchAttributeState[]): string => states.map(({ name }) => name).join(', ');
const plural = (list: unknown[]): string => (list.length === 1 ? 'attribute' : 'attributes');
