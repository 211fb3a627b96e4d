import { shellWord } from './shell-word';

/** Where a namespace is, for the commands that set it right. */
export interface NamespacePlace {
  /** Null where somebody else has made the connection: only they know. */
  address: string | null;
  namespace: string;
}

/** The same where the server is known. */
export interface NamespaceAddress extends NamespacePlace {
  address: string;
}

/** What the stock `temporal` command needs to find a namespace. */
export const namespaceFlags = ({ address, namespace }: NamespacePlace): string =>
  `${address === null ? '' : `--address ${shellWord(address)} `}--namespace ${shellWord(namespace)}`;

/** The namespace by name and server, as a sentence begins. */
export const namespaceName = ({ address, namespace }: NamespacePlace): string =>
  `The namespace ${JSON.stringify(namespace)}${address === null ? '' : ` at ${address}`}`;

/** Shortest time a namespace should keep closed workflows, in days: a day more than the API keeps an import. */
export const minRetentionDays = 8;

/**
 * The command that makes a namespace keep closed workflows for long enough, or null when it does: below 8 days a
 * tracker's result would be gone before its import is. `seconds` is what it keeps them now; 0 when it does not say.
 */
export function retentionFix(seconds: number, at: NamespacePlace): string | null {
  if (seconds === 0 || seconds >= minRetentionDays * 86_400) return null;
  return `temporal operator namespace update ${namespaceFlags(at)} --retention ${minRetentionDays}d`;
}

/**
 * What a search attribute must be and what the namespace has; `found` is null when it is missing. Types as the
 * `temporal` CLI names them.
 */
export interface SearchAttributeState {
  name: string;
  expected: string;
  found: string | null;
}

/** Whether a namespace has the search attributes of this product, and the command that helps where it has not. */
export type SearchAttributesVerdict =
  | { verdict: 'usable' }
  /** Some have another type; `seen` names them. */
  | { verdict: 'wrong_type'; seen: string; removeCommand: string }
  | { verdict: 'missing'; names: string[]; createCommand: string }
  /** Some are missing, and the namespace has no room for them; both as sentences of their own. */
  | { verdict: 'full'; seen: string; fix: string };

/** How many search attributes of each type a namespace has, ours or not, where their number is limited; else null. */
export type UsedSlots = ReadonlyMap<string, number> | null;

/**
 * How many of each type a namespace can have on PostgreSQL, MySQL and SQLite (server 1.29.1,
 * `searchattribute.GetSqlDbIndexSearchAttributes`).
 */
const slotsOf = (type: string): number => (type === 'Keyword' ? 10 : 3);

/**
 * Judges the search attributes. One of another type comes first: setup refuses to go on with it. Without `used` there
 * is room for any number.
 */
export function searchAttributesVerdict(
  states: readonly SearchAttributeState[],
  at: NamespacePlace,
  used: UsedSlots = null,
): SearchAttributesVerdict {
  const wrong = states.filter(({ expected, found }) => found !== null && found !== expected);
  if (wrong.length > 0) {
    const seen = wrong.map(({ name, expected, found }) => `${name} is ${found}, expected ${expected}`);
    const parameters = wrong.map(({ name }) => `--name ${name}`);
    return {
      verdict: 'wrong_type',
      seen: seen.join('; '),
      removeCommand: attributeCommand('remove', at, parameters),
    };
  }
  const missing = states.filter(({ found }) => found === null);
  if (missing.length === 0) return { verdict: 'usable' };
  const tooMany = used === null ? [] : typesWithoutRoom(missing, used);
  if (used !== null && tooMany.length > 0) {
    const taken = tooMany.map((type) => `${used.get(type) ?? 0} of ${slotsOf(type)} ${type}`);
    const names = missing.map(({ name }) => name).join(', ');
    const seen = `missing: ${names}; no room for all of them, since ${taken.join(' and ')} are taken`;
    return { verdict: 'full', seen, fix: roomFix(states, at) };
  }
  const parameters = missing.map(({ name, expected }) => `--name ${name} --type ${expected}`);
  return {
    verdict: 'missing',
    names: missing.map(({ name }) => name),
    createCommand: attributeCommand('create', at, parameters),
  };
}

function typesWithoutRoom(missing: readonly SearchAttributeState[], used: NonNullable<UsedSlots>): string[] {
  const needed = countByType(missing);
  return [...needed].flatMap(([type, count]) =>
    (used.get(type) ?? 0) + count > slotsOf(type) ? [type] : [],
  );
}

function countByType(states: readonly SearchAttributeState[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { expected } of states) counts.set(expected, (counts.get(expected) ?? 0) + 1);
  return counts;
}

/** What to do in a namespace without room for our search attributes. */
export function roomFix(all: readonly SearchAttributeState[], at: NamespacePlace): string {
  const needed = [...countByType(all)].map(([type, count]) => `${count} of the ${slotsOf(type)} ${type}`);
  return (
    `prism-imports needs ${needed.join(' and ')} that a namespace can have on PostgreSQL, MySQL and SQLite. ` +
    'Use a separate namespace (TEMPORAL_NAMESPACE), or remove unused attributes: ' +
    attributeCommand('remove', at, ['--name NAME'])
  );
}

/** The command that creates one search attribute. */
export const createCommandOf = (at: NamespacePlace, name: string, type: string): string =>
  attributeCommand('create', at, [`--name ${name} --type ${type}`]);

const attributeCommand = (verb: string, at: NamespacePlace, parameters: readonly string[]): string =>
  `temporal operator search-attribute ${verb} ${namespaceFlags(at)} ${parameters.join(' ')}`;
