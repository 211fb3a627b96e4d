import { isUtf8 } from 'node:buffer';
import { headerCells, quotedCell } from './csv-bytes';
import { csvCells, textCell, type ReportLine, malformedRow } from './report-line';
import type { ReportedRow } from './report-parts';
import { behindMarks, cutLineEnd, type SourceText } from './source-text';

const quote = 0x22;

/** The columns that the results file adds to each row, in order. */
export const addedColumns = ['outcome', 'id', 'error_code', 'error_message'] as const;

/** The end of a header written by {@link csvResults}, with each name plain or quoted. */
const endOfHeader = new RegExp(
  `${addedColumns
    .map((name) => `"?(?:prism_)?${name}(?:_\\d+)?"?`)
    .join('\\1')
    .replace('\\1', '(.)')}\\n`,
  'u',
);

/** The delimiter of a results file, given its start; null if its header is incomplete. */
export const resultsSeparator = (head: string): string | null => endOfHeader.exec(head)?.[1] ?? null;

const endOf = (line: ReportLine): Pick<ReportLine, (typeof addedColumns)[number]> => {
  const { outcome, id, error_code, error_message } = line;
  return { outcome, id, error_code, error_message };
};

/** The first of `name` and `more` that is not taken; if both are, `more` with a number. */
function freeName(name: string, more: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? more : `${more}_${number}`;
    if (!taken.has(free)) return free;
  }
}

/**
 * The rows of a CSV verbatim, each with its outcome in four additional cells. Lines end with LF. A row with too few
 * cells is padded. One with too many, or with broken quoting, has its text in the first cell. One that is too long to
 * hold has empty cells. Bytes that are not text become U+FFFD.
 */
export async function* csvResults(
  source: SourceText,
  rows: AsyncIterable<ReportedRow>,
): AsyncGenerator<Uint8Array | string> {
  const { columns, separator } = source;
  const taken = new Set(columns.map((name) => name.trim().toLowerCase()));
  yield `${headerCells([...columns, ...addedColumns.map((name) => freeName(name, `prism_${name}`, taken))], separator)}\n`;
  for await (const each of rows) {
    const cells = Object.values(endOf(each.line)).map((value) => textCell(value ?? ''));
    yield Buffer.concat([ownCells(each, source), Buffer.from(`${separator}${csvCells(cells, separator)}\n`)]);
  }
}

/** The row's own cells, exactly one per column. */
function ownCells({ row, line }: ReportedRow, { form, columns, separator, isRewritten }: SourceText): Buffer {
  if (row.raw === null) return Buffer.from(separator.repeat(columns.length - 1));
  const cut = behindMarks(cutLineEnd(row.raw, form.lineEnd).text);
  const text = isUtf8(cut) ? cut : Buffer.from(cut.toString('utf8'));
  const cells = line.error_code === malformedRow ? row.countCells() : columns.length;
  const needsQuotes = isRewritten && text[0] !== quote && text.includes(separator);
  const isWhole = cells === null || cells > columns.length || needsQuotes;
  const missing = columns.length - (isWhole ? 1 : cells);
  const own = isWhole ? quotedCell(text) : withQuotedLineEnds(text, separator);
  return Buffer.concat([own, Buffer.from(separator.repeat(missing))]);
}

const quoted = /"[^"]*(?:""[^"]*)*"/y;

/** A row whose unquoted cells are quoted if they contain what another reader may take for a line end. */
function withQuotedLineEnds(text: Buffer, separator: string): Buffer {
  if (!/[\r\n]/.test(text.toString('latin1'))) return text;
  const row = text.toString('utf8');
  const cells: (string | Buffer)[] = [];
  for (let at = 0; at <= row.length; at += separator.length) {
    quoted.lastIndex = at;
    const inQuotes = quoted.exec(row)?.[0] ?? '';
    const behind = at + inQuotes.length;
    const isQuoted = inQuotes !== '' && (behind === row.length || row.startsWith(separator, behind));
    const next = isQuoted ? behind : row.indexOf(separator, at);
    const end = next === -1 ? row.length : next;
    const cell = row.slice(at, end);
    cells.push(!isQuoted && /[\r\n]/.test(cell) ? quotedCell(Buffer.from(cell)) : cell);
    at = end;
  }
  return Buffer.from(cells.join(separator));
}

/**
 * The lines of NDJSON verbatim, each with its outcome in an additional member, `prism`. A line that is not an object
 * becomes a text in that member, unless it is too long to hold. Lines end with LF.
 */
export async function* ndjsonResults(
  { form }: SourceText,
  rows: AsyncIterable<ReportedRow>,
): AsyncGenerator<Uint8Array | string> {
  for await (const { row, line } of rows) {
    const end = endOf(line);
    const text =
      row.raw === null ? null : behindMarks(cutLineEnd(row.raw, form.lineEnd).text).toString('utf8').trim();
    const names = text === null ? null : namesOf(text, line.error_code === malformedRow);
    if (text === null || names === null) yield `${JSON.stringify({ prism: { ...end, text } })}\n`;
    else {
      const name = freeName('prism', 'prism_import', names);
      const isEmpty = /^\{\s*\}$/.test(text);
      yield `${text.slice(0, -1).trimEnd()}${isEmpty ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(end)}}\n`;
    }
  }
}

const noNames: ReadonlySet<string> = new Set();

/** Names of an object's members that affect an additional one; null if the text is not an object. */
function namesOf(text: string, isMalformed: boolean): ReadonlySet<string> | null {
  // What was sent is an object. Only a text with this word, or with an escape, can have a member of this name.
  if (!isMalformed && !/prism|\\u/i.test(text)) return noNames;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Set(Object.keys(value)) : null;
  } catch {
    return null; // not JSON, or nested more deeply than the stack allows
  }
}
