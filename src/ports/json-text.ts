/**
 * A value as JSON text. It stays text all the way from a file to the API, because a JavaScript value would round
 * numbers and drop repeated members.
 */
export type JsonText = string & { readonly isJson: true };

/** Writes a value as JSON. */
export const jsonText = (value: string | boolean): JsonText => JSON.stringify(value) as JsonText;

const [quote, comma, minus, zero, nine, backslash] = [0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The value of a JSON string. */
export const textOf = (json: JsonText): string =>
  json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);

/** The types of JSON values. */
export type JsonKind = 'object' | 'list' | 'string' | 'number' | 'boolean' | 'null';

/** The type of a JSON value without surrounding whitespace. */
export const kindOf = (json: JsonText): JsonKind => kindByFirst.get(json[0]) ?? 'number';

const kindByFirst = new Map<string | undefined, JsonKind>([
  ['{', 'object'],
  ['[', 'list'],
  ['"', 'string'],
  ['n', 'null'],
  ['t', 'boolean'],
  ['f', 'boolean'],
]);

/** The members of an object in order and verbatim, including repeated ones. The text must be a JSON object. */
export function membersOf(object: string): [name: JsonText, value: JsonText][] {
  const members: [JsonText, JsonText][] = [];
  let at = skipSpace(object, skipSpace(object, 0) + 1);
  while (object.charCodeAt(at) !== closeObject) {
    const nameEnd = endOfString(object, at) + 1;
    const valueAt = skipSpace(object, skipSpace(object, nameEnd) + 1);
    const valueEnd = endOfValue(object, valueAt);
    members.push([object.slice(at, nameEnd) as JsonText, object.slice(valueAt, valueEnd) as JsonText]);
    at = skipSeparator(object, valueEnd);
  }
  return members;
}

/** The elements of a list in order and verbatim. The text must be a JSON list. */
export function elementsOf(list: JsonText): JsonText[] {
  const elements: JsonText[] = [];
  let at = skipSpace(list, skipSpace(list, 0) + 1);
  while (list.charCodeAt(at) !== closeList) {
    const end = endOfValue(list, at);
    elements.push(list.slice(at, end) as JsonText);
    at = skipSeparator(list, end);
  }
  return elements;
}

/** A token of JSON: a string (also a name), a number, or a bracket, comma or colon. */
export interface JsonToken {
  kind: 'string' | 'number' | '{' | '}' | '[' | ']' | ',' | ':';
  start: number;
  end: number;
}

/** The tokens of JSON in order, without `true`, `false`, `null` and whitespace. The text must be JSON. */
export function* tokensOf(json: string): Generator<JsonToken> {
  for (let at = 0; at < json.length;) {
    const code = json.charCodeAt(at);
    const start = at;
    if (code === quote) {
      at = endOfString(json, at) + 1;
      yield { kind: 'string', start, end: at };
    } else if (code === minus || (code >= zero && code <= nine)) {
      at = endOfScalar(json, at);
      yield { kind: 'number', start, end: at };
    } else {
      at += 1;
      const mark = json[start];
      if (isMark(mark)) yield { kind: mark, start, end: at };
    }
  }
}

const isMark = (text: string | undefined): text is '{' | '}' | '[' | ']' | ',' | ':' =>
  text !== undefined && '{}[],:'.includes(text);

/** The index of the closing quote of the string that starts at `begin`, or the length of the text without one. */
export function endOfString(text: string, begin: number): number {
  for (let from = begin + 1; ;) {
    const at = text.indexOf('"', from);
    if (at === -1) return text.length;
    let escapes = at;
    while (escapes > from && text.charCodeAt(escapes - 1) === backslash) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at;
    from = at + 1;
  }
}

/** The index after the value that starts at `begin`. */
function endOfValue(text: string, begin: number): number {
  let depth = 0;
  for (let at = begin; ;) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) + 1;
    else if (code === openObject || code === openList) {
      depth += 1;
      at += 1;
    } else if (code === closeObject || code === closeList) {
      depth -= 1;
      at += 1;
    } else if (depth > 0) at += 1;
    else at = endOfScalar(text, at);
    if (depth === 0 || at >= text.length) return at;
  }
}

/** The index after a number or a word. */
function endOfScalar(text: string, begin: number): number {
  let at = begin;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === comma || code === closeList || code === closeObject || isSpace(code)) break;
  }
  return at;
}

function skipSeparator(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text.charCodeAt(at) === comma ? skipSpace(text, at + 1) : at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
