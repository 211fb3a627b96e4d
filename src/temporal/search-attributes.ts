import type { Client } from '@temporalio/client';
import { searchAttributes } from '../workflows/messages';
import { askServer, namespaceFacts } from './ask-server';
import {
  createCommandOf,
  retentionFix,
  searchAttributesVerdict,
  type SearchAttributeState,
  roomFix,
  type SearchAttributesVerdict,
  type UsedSlots,
  namespaceName,
} from './namespace-verdicts';
import { grpcCode, grpcCodeOf, rootMessage, TemporalProblem } from './problem';

/**
 * Types of search attributes as the `temporal` CLI names them, by their number in the API (temporal/api/enums/v1,
 * IndexedValueType).
 */
const typeNames = ['Unspecified', 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];

const readyLimitMs = 60_000;
const readyIntervalMs = 250;

/**
 * Says of each search attribute of this product what the namespace has. A server that does not tell types (Temporal
 * Cloud) counts as having the right one, and one that has no index (Temporal's time-skipping server) as having all.
 */
export async function searchAttributeStates(client: Client): Promise<SearchAttributeState[]> {
  const types = await registeredTypes(client);
  return Promise.all(
    searchAttributes.map(async ({ name, type }) => {
      const expected = typeName(type);
      if (types !== null) return { name, expected, found: types.get(name) ?? null };
      return { name, expected, found: (await isQueryable(client, name)) ? expected : null };
    }),
  );
}

/**
 * Throws {@link TemporalProblem}, with the commands that put it right, when a search attribute is missing or has the
 * wrong type. `address` is null where only whoever made the connection knows it.
 */
export async function checkSearchAttributes(client: Client, address: string | null): Promise<void> {
  const found = await judged(client, address, await usedSlots(client));
  if (found.verdict === 'usable') return;
  if (found.verdict === 'full')
    throw new TemporalProblem(
      `${namespaceName({ address, namespace: client.options.namespace })} lacks search attributes, ${found.seen}. ${found.fix}`,
    );
  const { names, createCommand } = found;
  throw new TemporalProblem(
    `${namespaceName({ address, namespace: client.options.namespace })} lacks the search ${describeNames(names)}. ` +
      `Run \`prism-imports setup\`, or \`${createCommand}\`${address === null ? ', with the address of its server' : ''}.`,
  );
}

/**
 * Registers the search attributes that are missing and waits until queries may use them, at most a minute. Returns the
 * names of those it added and of those that were there. On a server that does not tell, all are added. Throws
 * {@link TemporalProblem} when one is there with another type (adding it would succeed and change nothing), or when the
 * server does not let us add them.
 */
export async function registerSearchAttributes(
  client: Client,
  address: string,
): Promise<{ added: string[]; present: string[] }> {
  const found = await judged(client, address);
  if (found.verdict === 'missing') await add(client, address, found.names, found.createCommand);
  const added = found.verdict === 'missing' ? found.names : await addUntold(client, address);
  await untilUsable(client, address);
  const present = searchAttributes.map(({ name }) => name).filter((name) => !added.includes(name));
  return { added, present };
}

/** The verdict on the namespace of a client; throws when a search attribute has another type. */
async function judged(
  client: Client,
  address: string | null,
  used: UsedSlots = null,
): Promise<Exclude<SearchAttributesVerdict, WrongType>> {
  const place = { address, namespace: client.options.namespace };
  const found = searchAttributesVerdict(await searchAttributeStates(client), place, used);
  if (found.verdict !== 'wrong_type') return found;
  throw new TemporalProblem(
    `${namespaceName(place)} has search attributes of another type: ${found.seen}. ` +
      `Use another namespace; or, if nothing else uses them, ` +
      `\`${found.removeCommand}\` and then \`prism-imports setup\`.`,
  );
}

type WrongType = Extract<SearchAttributesVerdict, { verdict: 'wrong_type' }>;

/**
 * A warning when the namespace keeps closed workflows for less than 8 days (a tracker's result would be gone before its
 * import is), or null.
 */
export async function retentionWarning(client: Client, address: string | null): Promise<string | null> {
  const { namespace } = client.options;
  const { retentionSeconds: seconds } = await namespaceFacts(client);
  const fix = retentionFix(seconds, { address, namespace });
  if (fix === null) return null;
  const days = Math.round((seconds / 86_400) * 10) / 10;
  return (
    `The namespace ${JSON.stringify(namespace)} keeps closed workflows for ${days} ${days === 1 ? 'day' : 'days'} only; after that, results of trackers are gone. ` +
    `\`${fix}\` keeps them longer.`
  );
}

/** Adds each attribute where the server does not tell which are there; gives those that were not. */
async function addUntold(client: Client, address: string): Promise<string[]> {
  if (await hasIndex(client)) return [];
  const added: string[] = [];
  for (const { name, type } of searchAttributes) {
    const command = createCommandOf({ address, namespace: client.options.namespace }, name, typeName(type));
    if (await add(client, address, [name], command)) added.push(name);
  }
  return added;
}

/** Gives false when one of them was there already: then none is added. */
async function add(
  client: Client,
  address: string,
  names: readonly string[],
  createCommand: string,
): Promise<boolean> {
  const { namespace } = client.options;
  const missing = searchAttributes.filter(({ name }) => names.includes(name));
  const types = missing.map(({ name, type }): [string, number] => [name, typeNames.indexOf(typeName(type))]);
  try {
    await askServer(client, ({ operatorService }) =>
      operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) }),
    );
    return true;
  } catch (error) {
    const code = grpcCodeOf(error);
    // Somebody else may have been faster; waiting until they are usable settles it.
    if (code === grpcCode.alreadyExists) return false;
    if (code === grpcCode.invalidArgument && /cannot have more than \d+ search/.test(rootMessage(error)))
      throw noRoom(client, address, names, error);
    if (!isDenied(code)) throw error;
    throw new TemporalProblem(
      `Temporal at ${address} does not allow this client to create the search ${describeNames(names)}. ` +
        `Create them with an account that is allowed to (on Temporal Cloud: its console or \`tcld\`), or \`${createCommand}\`.`,
      { cause: error },
    );
  }
}

/** The server has refused to add these (server 1.29.1, `errTooManySearchAttributesMessage`). */
function noRoom(client: Client, address: string, names: readonly string[], cause: unknown): TemporalProblem {
  const place = { address, namespace: client.options.namespace };
  const all = searchAttributes.map(({ name, type }) => ({ name, expected: typeName(type), found: null }));
  return new TemporalProblem(
    `${namespaceName(place)} has no room for the search ${describeNames(names)} (${rootMessage(cause)}). ${roomFix(all, place)}`,
    { cause },
  );
}

/** How many search attributes of each type the namespace has, on a server where their number is limited. */
export async function usedSlots(client: Client): Promise<UsedSlots> {
  try {
    const { visibilityStore } = await askServer(client, ({ workflowService }) =>
      workflowService.getClusterInfo({}),
    );
    if (!/sqlite|postgres|mysql/i.test(visibilityStore ?? '')) return null;
  } catch (error) {
    if (isDenied(grpcCodeOf(error))) return null;
    throw error;
  }
  const types = await registeredTypes(client);
  if (types === null) return null;
  const used = new Map<string, number>();
  for (const type of types.values()) used.set(type, (used.get(type) ?? 0) + 1);
  return used;
}

async function untilUsable(client: Client, address: string): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  for (;;) {
    const usable = await Promise.all(searchAttributes.map(({ name }) => isQueryable(client, name)));
    if (usable.every(Boolean)) return;
    if (Date.now() > deadline) {
      throw new TemporalProblem(
        `The search attributes were created at ${address}, but queries cannot use them after ${readyLimitMs / 1000} s. Try \`prism-imports setup\` again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, readyIntervalMs));
  }
}

/** Whether queries may name the search attribute, as far as the server can be asked. */
async function isQueryable(client: Client, name: string): Promise<boolean> {
  return (await refusalOf(client, `${name} IS NULL`)) !== grpcCode.invalidArgument;
}

/** Whether the server can be asked for workflows at all. Temporal's time-skipping server cannot. */
async function hasIndex(client: Client): Promise<boolean> {
  return (await refusalOf(client, "ExecutionStatus = 'Running'")) !== grpcCode.unimplemented;
}

/** With which code the server refuses a query, or null when it answers it. */
async function refusalOf(client: Client, query: string): Promise<number | null> {
  const { namespace } = client.options;
  try {
    await askServer(client, ({ workflowService }) =>
      workflowService.countWorkflowExecutions({ namespace, query }),
    );
    return null;
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code === grpcCode.invalidArgument || code === grpcCode.unimplemented) return code;
    throw error;
  }
}

/** The namespace's own search attributes with their types, or null when the server does not tell. */
async function registeredTypes(client: Client): Promise<Map<string, string> | null> {
  const { namespace } = client.options;
  try {
    const { customAttributes } = await askServer(client, ({ operatorService }) =>
      operatorService.listSearchAttributes({ namespace }),
    );
    return new Map(
      Object.entries(customAttributes ?? {}).map(([name, type]) => [name, typeNames[type] ?? `type ${type}`]),
    );
  } catch (error) {
    if (isDenied(grpcCodeOf(error))) return null;
    throw error;
  }
}

const isDenied = (code: number | null): boolean =>
  code === grpcCode.permissionDenied || code === grpcCode.unauthenticated || code === grpcCode.unimplemented;

/** The type of a search attribute of ours, as the SDK has it, in the words of the `temporal` CLI. */
const typeName = (type: string): string => typeNames.find((known) => known.toUpperCase() === type) ?? type;

const describeNames = (names: readonly string[]): string =>
  `${names.length === 1 ? 'attribute' : 'attributes'} ${names.join(', ')}`;
