/** What a path in an error refers to: a row of the request and a property, or another part of the request. */
export type PathSubject = { row: number; property: string | null } | 'request' | null;

/** Names of the body in paths of APIs. */
const bodies = new Set(['body', 'requestbody', 'request', 'payload', 'json', 'root']);
/** Parts of a request that are not rows. */
const otherParts = new Set(['options', 'header', 'headers', 'query', 'querystring', 'params', 'cookies']);
const partsOfRow = new Set(['default', 'list', 'extended']);

/**
 * Reads a path in any form that validators write: `.body.objects[499].default.industry`, `/objects/499`, `["body",
 * "objects", 499]`, or `/499/default/industry`, relative to the list. Null if it is ambiguous.
 */
export function readPath(path: unknown): PathSubject {
  const tokens = tokensOf(path);
  while (tokens.length > 1 && bodies.has((tokens[0] ?? '').toLowerCase())) tokens.shift();
  const [first = '', second = '', ...rest] = tokens;
  const property = (names: string[]) => names.filter((name) => !partsOfRow.has(name)).at(-1) ?? null;
  if (first === 'objects' && isIndex(second)) return { row: Number(second), property: property(rest) };
  if (isIndex(first) && partsOfRow.has(second)) return { row: Number(first), property: property(rest) };
  return otherParts.has(first.toLowerCase()) ? 'request' : null;
}

const isIndex = (token: string): boolean => /^\d{1,6}$/.test(token);

function tokensOf(path: unknown): string[] {
  if (Array.isArray(path)) return path.filter(isToken).map(String);
  if (typeof path !== 'string' || path.length > maxPath || /\[\d+\.\d+\]/.test(path)) return [];
  return path
    .split(/[.[\]/#$]+/)
    .map((token) => token.replace(/^["']|["']$/g, ''))
    .filter((token) => token !== '');
}

const maxPath = 1000;
const isToken = (token: unknown): boolean => typeof token === 'string' || typeof token === 'number';

const rowInText = /(?<![\w-])objects(?:["']\])?(?:\[["']?(\d{1,6})["']?\]|[./](\d{1,6})(?![\w]))/g;

/** Whether {@link readText} would find a row in a text, as it may in values of rows. */
export const mentionsRow = (text: string): boolean => text.search(rowInText) !== -1;

/**
 * The rows that a sentence names by `objects[499]`: the first of each clause, and those in a list with it. Other rows
 * may be mentioned only for comparison, as in `objects[499] has the e-mail of objects[12]`.
 */
export function readText(text: string): number[] {
  return text.split(/[;\n]|\.\s/).flatMap(rowsOfClause);
}

function rowsOfClause(clause: string): number[] {
  const rows: number[] = [];
  let end = 0;
  for (const match of clause.matchAll(rowInText)) {
    const between = clause.slice(end, match.index).replace(/^[.[\]\w/'"`-]*/, '');
    if (rows.length > 0 && !/^[\s,&|]*(?:and)?[\s,"'`]*$/.test(between)) break;
    rows.push(Number(match[1] ?? match[2]));
    end = match.index + match[0].length;
  }
  return rows;
}
