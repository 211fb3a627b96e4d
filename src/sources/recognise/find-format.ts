import type { SourceFormat } from '../../core/pipeline/source-formats';
import type { Source } from '../../core/pipeline/source';
import { SourceError } from '../../ports/source-error';
import { formatByName } from '../formats/row-formats';
import { refusal } from './refuse';

/** The format of a source, and what is said of how it was found. */
export interface FoundFormat {
  format: SourceFormat;
  findings: string[];
}

/** What a text surely is, whatever its name says; null when it may be anything. */
type Content = 'array' | 'object' | 'lines' | 'markup';

/**
 * The format of a text: as the input says, else as the text itself surely is, else as its name says. `text` is its
 * beginning. Throws a `SourceError` for a page or document in a markup language, and for text that is surely in another
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
  // Its reader takes arrays and objects, and says itself what else it was given.
  if (format === 'json') return { format, findings: [] };
  if (format === undefined || format === found) {
    const isNamed = format === found || formatByName(source.uri) === found;
    return { format: found, findings: isNamed ? [] : [`${describe(content)}; --format says otherwise)`] };
  }
  // Rows of NDJSON in an array are no rows to it, and none of them is to CSV.
  throw new SourceError(
    'source.format',
    `${format} (the file is ${contentNames[content]})`,
    `none, or --format ${found} (source.format)`,
  );
}

/** Whether a text is one line, and that an object which holds a list of objects: the rows may be in there. */
function isWrapper(text: string): boolean {
  const [first = '', ...others] = jsonLines(text.trim());
  if (others.length > 0) return false;
  try {
    const members = Object.values(JSON.parse(first) as object) as unknown[];
    return members.some((member) => Array.isArray(member) && isAnObject(member[0]));
  } catch {
    // A line that is longer than the sample.
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

/** The lines of a text of JSON. CR is a blank to it, and ends lines only where they are objects then, and no LF is. */
export function jsonLines(text: string): string[] {
  if (text.includes('\n')) return text.split('\n');
  const lines = text.split('\r');
  return isObject(lines[0] ?? '') ? lines : [text];
}

/** Whether the first line of a text seems to begin an object of several. */
const beginsObject = (text: string): boolean => /[{[,:]\s*$/.test(text.trim().split(/\r|\n/, 1)[0] ?? '');

/** Whether a line seems to go on in the next one. */
const goesOn = (line: string, next = ''): boolean => /[{[,:]\s*$/.test(line) && !/^\s*\{/.test(next);

/** Whether a source says that each line is an object, so that its first may be a broken one. */
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

/** Whether a text is a page or a document: it begins with a known tag, or with one that is closed later. */
function isMarkup(text: string): boolean {
  if (knownMarkup.test(text) || text.startsWith('<!--')) return true;
  const [, name] = /^<([a-z_][\w.:-]*)[\s>/]/i.exec(text) ?? [];
  return name !== undefined && text.includes(`</${name}`);
}

const markupName = (text: string): string =>
  /<(?:!doctype html|html|head|body)\b/i.test(text.slice(0, 4096))
    ? 'an HTML page'
    : 'an XML or HTML document';
