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
 * The type that the namespace has for each of our search attributes. A server that does not report types (Temporal
 * Cloud) counts as having the right ones; a server without an index (Temporal's time-skipping server) counts as having
 * all.
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
 * Throws {@link TemporalProblem}, with the commands that fix it, if a search attribute is missing or has the wrong
 * type. `address` is null if only the connection's creator knows it.
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
 * Registers missing search attributes, then waits up to a minute until queries can use them. Returns the names of those
 * it added and of those that existed. Adds all of them if the server does not report which exist. Throws {@link
 * TemporalProblem} if one has another type (adding it would succeed and change nothing), or if the server refuses.
 */
export async function registerSearchAttributes(
  client: Client,
  address: string,
): Promise<{ added: string[]; present: string[] }> {
  const found = await judged(client, address);
  if (found.verdict === 'missing') await add(client, address, found.names, found.createCommand);
  const added = found.verdict === 'missing' ? found.names : await addUnlisted(client, address);
  await untilUsable(client, address);
  const present = searchAttributes.map(({ name }) => name).filter((name) => !added.includes(name));
  return { added, present };
}

/** The verdict on a client's namespace. Throws if a search attribute has the wrong type. */
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
 * A warning if the namespace keeps closed workflows for less than 8 days, so that a tracker's result would be gone
 * before its import; else null.
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

/** Adds all attributes on a server that does not report which exist. Returns those that were missing. */
async function addUnlisted(client: Client, address: string): Promise<string[]> {
  if (await hasIndex(client)) return [];
  const added: string[] = [];
  for (const { name, type } of searchAttributes) {
    const command = createCommandOf({ address, namespace: client.options.namespace }, name, typeName(type));
    if (await add(client, address, [name], command)) added.push(name);
  }
  return added;
}

/** Returns false if one of them exists already; then none is added. */
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
    // Somebody else may have been faster; the caller then waits until they are usable.
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

/** The error for a server that has no room for these (server 1.29.1, `errTooManySearchAttributesMessage`). */
function noRoom(client: Client, address: string, names: readonly string[], cause: unknown): TemporalProblem {
  const place = { address, namespace: client.options.namespace };
  const all = searchAttributes.map(({ name, type }) => ({ name, expected: typeName(type), found: null }));
  return new TemporalProblem(
    `${namespaceName(place)} has no room for the search ${describeNames(names)} (${rootMessage(cause)}). ${roomFix(all, place)}`,
    { cause },
  );
}

/** How many search attributes of each type the namespace has, on servers that limit their number. */
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

/** Whether queries can use the search attribute, as far as the server reports. */
async function isQueryable(client: Client, name: string): Promise<boolean> {
  return (await refusalOf(client, `${name} IS NULL`)) !== grpcCode.invalidArgument;
}

/** Whether the server can list workflows. Temporal's time-skipping server cannot. */
async function hasIndex(client: Client): Promise<boolean> {
  return (await refusalOf(client, "ExecutionStatus = 'Running'")) !== grpcCode.unimplemented;
}

/** The code with which the server refuses a query, or null if it answers. */
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

/** The namespace's custom search attributes with their types, or null if the server does not report them. */
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

/** The SDK's type of a search attribute, as the `temporal` CLI names it. */
const typeName = (type: string): string => typeNames.find((known) => known.toUpperCase() === type) ?? type;

const describeNames = (names: readonly string[]): string =>
  `${names.length === 1 ? 'attribute' : 'attributes'} ${names.join(', ')}`;
