import { shellWord } from './shell-word';

/** Where a namespace is, for the commands that repair it. */
export interface NamespacePlace {
  /** Null if the connection was made elsewhere, so that the address is unknown. */
  address: string | null;
  namespace: string;
}

/** A namespace whose server is known. */
export interface NamespaceAddress extends NamespacePlace {
  address: string;
}

/** The flags that a stock `temporal` command needs to find a namespace. */
export const namespaceFlags = ({ address, namespace }: NamespacePlace): string =>
  `${address === null ? '' : `--address ${shellWord(address)} `}--namespace ${shellWord(namespace)}`;

/** The namespace and its server, as the start of a sentence. */
export const namespaceName = ({ address, namespace }: NamespacePlace): string =>
  `The namespace ${JSON.stringify(namespace)}${address === null ? '' : ` at ${address}`}`;

/** Shortest retention that a namespace should have, in days: one more than the API keeps an import. */
export const minRetentionDays = 8;

/**
 * The command that extends a namespace's retention, or null if it is long enough. Below 8 days, Temporal deletes a
 * tracker's result before the API deletes the import. `seconds` is the current retention; 0 if the server does not say.
 */
export function retentionFix(seconds: number, at: NamespacePlace): string | null {
  if (seconds === 0 || seconds >= minRetentionDays * 86_400) return null;
  return `temporal operator namespace update ${namespaceFlags(at)} --retention ${minRetentionDays}d`;
}

/**
 * The type that a search attribute must have and the type that it has; `found` is null if it is missing. Types as the
 * `temporal` CLI names them.
 */
export interface SearchAttributeState {
  name: string;
  expected: string;
  found: string | null;
}

/** Whether a namespace has our search attributes, and the command that fixes it if not. */
export type SearchAttributesVerdict =
  | { verdict: 'usable' }
  /** Some have the wrong type; `seen` names them. */
  | { verdict: 'wrong_type'; seen: string; removeCommand: string }
  | { verdict: 'missing'; names: string[]; createCommand: string }
  /** Some are missing and the namespace has no room for them; `seen` and `fix` are full sentences. */
  | { verdict: 'full'; seen: string; fix: string };

/** How many search attributes of each type a namespace has, ours or not. Null if the server has no limit. */
export type UsedSlots = ReadonlyMap<string, number> | null;

/**
 * How many search attributes of a type a namespace can have on PostgreSQL, MySQL and SQLite (server 1.29.1,
 * `searchattribute.GetSqlDbIndexSearchAttributes`).
 */
const slotsOf = (type: string): number => (type === 'Keyword' ? 10 : 3);

/**
 * Judges the search attributes. Wrong types come first, because setup stops at them. Without `used`, there is room for
 * any number.
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

/** How to make room for our search attributes in a full namespace. */
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
