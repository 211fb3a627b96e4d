/** What a path in an error says: a row of the request and the property meant, or another part of the request. */
export type PathSubject = { row: number; property: string | null } | 'request' | null;

/** How APIs call the body in a path. */
const bodies = new Set(['body', 'requestbody', 'request', 'payload', 'json', 'root']);
/** Parts of a request that are none of its rows. */
const otherParts = new Set(['options', 'header', 'headers', 'query', 'querystring', 'params', 'cookies']);
const partsOfRow = new Set(['default', 'list', 'extended']);

/**
 * Reads a path in any of the forms that validators write: `.body.objects[499].default.industry`, `/objects/499`,
 * `["body", "objects", 499]`, or `/499/default/industry`, counted from the list itself. Null for what names nothing
 * for certain.
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

/** Whether a text holds what {@link readText} takes for a row: values of rows may. */
export const mentionsRow = (text: string): boolean => text.search(rowInText) !== -1;

/**
 * The rows that a sentence names by `objects[499]`: the first of each clause, and those that stand beside it in a list.
 * Another one may be mentioned only for comparison, as in `objects[499] has the e-mail of objects[12]`.
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
