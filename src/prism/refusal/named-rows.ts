import { givingWay, isTurnOver, nextTurn } from '../../ports/give-way';
import type { RefusalSubject } from '../../ports/prism-error';
import { mentionsRow, readPath, readText } from './row-paths';

/** The request that was refused. */
export interface RefusedRequest {
  rows: number;
  /** Whether any value of a row looks like the name of a row. If so, texts name no rows, because they may quote it. */
  quotes: (looksLikeName: (text: string) => boolean) => Promise<boolean>;
}

type Members = Record<string, unknown>;

/** Members that contain a path. */
const pathMembers = [
  ...[
    'field',
    'path',
    'pointer',
    'instancePath',
    'instance_path',
    'dataPath',
    'propertyPath',
    'property_path',
  ],
  ...['param', 'parameter', 'property', 'loc', 'location', 'name', 'source', 'target', 'key', 'jsonPath'],
];
/** Members that contain a position in the request, from 0. */
const indexMember = /^(?:input|row|object|item)?_?index$/i;
const indexesMember =
  /^(?:(?:failed|invalid|bad|rejected)_?)?(?:input|row|object|item)?_?(?:indexes|indices)$/i;
const errorLists =
  /^(?:errors?|details?|issues|violations|field_?violations|problems|invalid_?params|causes?)$/i;
const messageMembers = ['message', 'msg', 'detail', 'description', 'reason', 'title'];
const codeMembers = ['code', 'type', 'rule', 'keyword'];

const maxDepth = 12;
const maxTexts = 3;

/**
 * Finds the rows that a refusal names, in any form: paths, pointers, lists, positions, or the text of a message.
 * Ignores rows that are not in the request. Gives others a turn meanwhile.
 * @param body the parsed JSON body; null if it is not JSON
 */
export async function readNamedRows(body: unknown, request: RefusedRequest): Promise<RefusalSubject> {
  const found = new Found(request.rows);
  await new Walk(found).through(body);
  const texts: string[] = [];
  for await (const text of givingWay(found.rows.size === 0 ? found.texts : [])) {
    if (mentionsRow(text)) texts.push(text);
  }
  if (texts.length > 0 && !(await request.quotes(mentionsRow))) {
    for await (const text of givingWay(texts)) {
      for (const index of readText(text)) found.add(index, null, text);
    }
  }
  const rows = [...found.rows].map(([index, said]) => ({
    index,
    code: said.code,
    message: said.messages.length === 0 ? null : said.messages.join('; '),
  }));
  rows.sort((a, b) => a.index - b.index);
  return { rows, aboutRequest: rows.length === 0 && found.otherParts > 0 && found.unknownPaths === 0 };
}

interface Words {
  code: string | null;
  message: string | null;
}

/** The findings of the walk over a body. */
class Found {
  readonly rows = new Map<number, { code: string | null; messages: string[] }>();
  /** Messages of entries without a member that names a row. */
  readonly texts: string[] = [];
  otherParts = 0;
  unknownPaths = 0;

  constructor(private readonly count: number) {}

  add(index: number, code: string | null, message: string | null): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return;
    const row = this.rows.get(index) ?? { code, messages: [] };
    this.rows.set(index, row);
    if (message !== null && row.messages.length < maxTexts && !row.messages.includes(message)) {
      row.messages.push(message);
    }
  }
}

interface Place {
  depth: number;
  /** Whether it is in a list of errors. */
  isError: boolean;
  /** Whether an enclosing value names a row: then positions inside refer to other things. */
  isNamed: boolean;
}

interface Visit {
  value: unknown;
  above: Words;
  place: Place;
}

class Walk {
  constructor(private readonly found: Found) {}

  /** Visits a body's values in order. */
  async through(body: unknown): Promise<void> {
    const place = { depth: 0, isError: false, isNamed: false };
    const open: Visit[] = [{ value: body, above: { code: null, message: null }, place }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const inner of this.visit(next).reverse()) open.push(inner);
      if (isTurnOver()) await nextTurn();
    }
  }

  /** Processes a value, and returns the values inside it to visit. */
  private visit({ value, above, place }: Visit): Visit[] {
    const { depth, isError, isNamed } = place;
    if (typeof value !== 'object' || value === null || depth > maxDepth) return [];
    if (Array.isArray(value)) {
      return value.map((each) => ({ value: each as unknown, above, place: { ...place, depth: depth + 1 } }));
    }
    const entry = value as Members;
    const own = { code: firstText(entry, codeMembers), message: firstText(entry, messageMembers) };
    const words = { code: own.code ?? above.code, message: own.message ?? above.message };
    const named = this.byPath(entry, words) || (!isNamed && this.byIndex(entry, own, words, isError));
    if (!named && own.message !== null) this.found.texts.push(own.message);
    const within = { depth: depth + 1, isNamed: isNamed || named };
    return Object.entries(entry).flatMap(([name, member]) => {
      this.byKey(name, member, words);
      if (pathMembers.includes(name)) return [];
      const isIn = isError || errorLists.test(name);
      return [{ value: member, above: words, place: { ...within, isError: isIn } }];
    });
  }

  private byPath(entry: Members, words: Words): boolean {
    let named = false;
    for (const name of pathMembers) {
      const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
      if (value === undefined || value === null) continue;
      const path = isMembers(value) ? (value['pointer'] ?? value['path']) : value;
      const subject = readPath(path);
      if (subject === 'request') this.found.otherParts += 1;
      else if (subject === null) this.found.unknownPaths += 1;
      else {
        this.found.add(subject.row, words.code, withProperty(subject.property, words.message));
        named = true;
      }
    }
    return named;
  }

  private byIndex(entry: Members, own: Words, words: Words, isError: boolean): boolean {
    if (isFine(entry) || !(isError || own.code !== null || own.message !== null || hasError(entry)))
      return false;
    const said = hasError(entry) ? wordsIn(entry['error'] ?? entry['errors'], words) : words;
    let named = false;
    const inInput = Object.entries(entry).filter(([name]) => /input/i.test(name) && indexMember.test(name));
    for (const [name, value] of inInput.length > 0 ? inInput : Object.entries(entry)) {
      const indexes = indexMember.test(name) ? [value] : indexesMember.test(name) ? value : [];
      for (const given of Array.isArray(indexes) ? (indexes as unknown[]) : []) {
        const index = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : given;
        if (typeof index !== 'number') continue;
        this.found.add(index, said.code, said.message);
        named = true;
      }
    }
    return named;
  }

  /** Errors by path, as in `{"objects.499.default.industry": ["…"]}`, or in a tree: `{"objects": {"499": {…}}}`. */
  private byKey(name: string, member: unknown, words: Words): void {
    const subject = readPath(name);
    if (typeof subject === 'object' && subject !== null) {
      const said = wordsIn(member, words);
      this.found.add(subject.row, said.code, withProperty(subject.property, said.message));
    }
    if (name !== 'objects' || !isMembers(member)) return;
    for (const [index, tree] of Object.entries(member)) {
      const said = wordsIn(tree, words);
      if (/^\d{1,6}$/.test(index) && !isEmpty(tree)) this.found.add(Number(index), said.code, said.message);
    }
  }
}

/** Whether an entry says that its row is valid, since refusals may list all rows. */
function isFine(entry: Members): boolean {
  if ([entry['ok'], entry['valid'], entry['success']].includes(true)) return true;
  if (
    typeof entry['status'] === 'string' &&
    /^(?:ok|valid|success|skipped|aborted|cancell?ed|pending|unprocessed|not_processed)$/i.test(
      entry['status'],
    )
  )
    return true;
  return ['error', 'errors'].some((name) => Object.hasOwn(entry, name) && isEmpty(entry[name]));
}

const hasError = (entry: Members): boolean => !isEmpty(entry['error'] ?? entry['errors']);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The texts of an error: a string, a list of them, or an object. */
function wordsIn(value: unknown, above: Words): Words {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string' && first !== '') return { code: above.code, message: first };
  if (!isMembers(first)) return above;
  const own = { code: firstText(first, codeMembers), message: firstText(first, messageMembers) };
  return { code: own.code ?? above.code, message: own.message ?? above.message };
}

/** The message, with the property it concerns if only its path names that. */
function withProperty(property: string | null, message: string | null): string | null {
  if (property === null || message?.includes(property) === true) return message;
  return message === null ? property : `${property}: ${message}`;
}

function firstText(entry: Members, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
