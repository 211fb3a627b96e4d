import type { SourceFormat } from '../../core/pipeline/source-formats';
import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';
import { formatByName } from '../formats/row-formats';
import { refusal } from './refuse';

/** The format of a source, and messages about how it was detected. */
export interface FoundFormat {
  format: SourceFormat;
  findings: string[];
}

/** What a text certainly is, whatever its file name says; null if uncertain. */
type Content = 'array' | 'object' | 'lines' | 'markup';

/**
 * Detects the format of a text: the input's, else what the text certainly is, else what its name indicates. `text` is
 * its start. Throws a `SourceError` for a page or document in a markup language, and if the text certainly has another
 * format than the input says.
 */
export function findFormat(source: Source, text: string): FoundFormat {
  const content = contentOf(source, text.replace(/^[\s\ufeff]+/, ''));
  if (content === 'markup') throw refusal(source, markupName(text), 'a file of rows: CSV or NDJSON');
  const { format } = source;
  if (content === null) return { format: format ?? formatByName(source.uri), findings: [] };
  const found = formatOf(content);
  if (format === 'csv' && content === 'object' && !beginsObject(text)) return { format, findings: [] };
  if (format === undefined && isWrapper(text)) throw wrapperRefusal(source);
  // Its reader accepts lists and objects, and reports anything else itself.
  if (format === 'json') return { format, findings: [] };
  if (format === undefined || format === found) {
    const isNamed = format === found || formatByName(source.uri) === found;
    return { format: found, findings: isNamed ? [] : [`${describe(content)}; --format says otherwise)`] };
  }
  // Rows of NDJSON in a list are not rows to its reader, and CSV has no rows like these.
  throw new SourceError(
    'source.format',
    `${format} (the file is ${contentNames[content]})`,
    `none, or --format ${found} (source.format)`,
  );
}

/** Whether a text is one line, with an object that contains a list of objects, which may be the rows. */
function isWrapper(text: string): boolean {
  const [first = '', ...others] = jsonLines(text.trim());
  if (others.length > 0) return false;
  try {
    const members = Object.values(JSON.parse(first) as object) as unknown[];
    return members.some((member) => Array.isArray(member) && isAnObject(member[0]));
  } catch {
    // The line is longer than the sample.
    return /^\{[^{[]*"\s*:\s*\[\s*\{/.test(first);
  }
}

const isAnObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wrapperRefusal(source: Source): SourceError {
  return refusal(
    source,
    'one JSON object with a list of objects',
    "a row a line, as `jq -c '.NAME[]'` makes of the list of that name; or --format ndjson (source.format), if the object is a row",
  );
}

const contentNames = {
  array: 'a JSON array',
  object: 'a JSON object of several lines',
  lines: 'NDJSON: a JSON object a line',
};

const describe = (content: Exclude<Content, 'markup'>): string =>
  content === 'lines'
    ? 'rows are JSON objects, one a line (found in the first line'
    : `rows are in ${contentNames[content]} (found at its beginning`;

const formatOf = (content: Exclude<Content, 'markup'>): SourceFormat =>
  content === 'lines' ? 'ndjson' : 'json';

function contentOf(source: Source, text: string): Content | null {
  if (isMarkup(text)) return 'markup';
  if (/^\[\s*[[{"\]]/.test(text)) return 'array';
  if (!/^\{\s*["}]/.test(text)) return null;
  const lines = jsonLines(text).filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (lines.length > 1 && !isObject(first) && /\[\s*$/.test(first)) return 'object';
  if (lines.length > 1 && !isObject(first))
    return isNamedLines(source) && !goesOn(first, lines[1]) ? 'lines' : 'object';
  const isOne = text.trimEnd() === first.trimEnd();
  return isOne && /\.json(\.gz)?$/i.test(source.uri) ? 'object' : 'lines';
}

/**
 * The lines of a JSON text. CR is whitespace in JSON, so it ends lines only if they are then objects and there is no
 * LF.
 */
export function jsonLines(text: string): string[] {
  if (text.includes('\n')) return text.split('\n');
  const lines = text.split('\r');
  return isObject(lines[0] ?? '') ? lines : [text];
}

/** Whether the first line of a text seems to start an object of several lines. */
const beginsObject = (text: string): boolean => /[{[,:]\s*$/.test(text.trim().split(/\r|\n/, 1)[0] ?? '');

/** Whether a line seems to continue on the next one. */
const goesOn = (line: string, next = ''): boolean => /[{[,:]\s*$/.test(line) && !/^\s*\{/.test(next);

/** Whether a source claims that each line is an object, so that its first line may be a broken one. */
const isNamedLines = ({ format, uri }: Source): boolean => (format ?? formatByName(uri)) === 'ndjson';

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

const knownMarkup = /^<(?:!doctype|html|head|body|\?xml|!--|table|script|div|meta|svg)\b/i;

/** Whether a text is a page or document: it starts with a known tag, or with one that is closed later. */
function isMarkup(text: string): boolean {
  if (knownMarkup.test(text) || text.startsWith('<!--')) return true;
  const [, name] = /^<([a-z_][\w.:-]*)[\s>/]/i.exec(text) ?? [];
  return name !== undefined && text.includes(`</${name}`);
}

const markupName = (text: string): string =>
  /<(?:!doctype html|html|head|body)\b/i.test(text.slice(0, 4096))
    ? 'an HTML page'
    : 'an XML or HTML document';
