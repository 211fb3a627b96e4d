import type { Source } from '../../core/pipeline/source';
import { noDelimiter } from '../../core/pipeline/source-formats';
import type { SourceForm } from '../../ports/batch-reader';
import { countCells, cellsOf } from '../formats/csv/csv-values';
import { dialectOf } from '../formats/csv/dialect';
import { splitCsv } from '../formats/csv/split-csv';
import { isBlankRange } from '../rows/blank';
import { isRecognisedHeader } from '../rows/recognise-header';
import type { SplitRow } from '../rows/split-rows';
import { hiddenColumns } from './hidden-columns';
import { oneOf, refusal } from './refuse';
import { delimiterInQuotes, isDividedTitle, isPaddedTitle } from './title-line';

/** Delimiters that are detected without being given. */
const candidates = [',', ';', '\t', '|'] as const;
/** Share of the rows that must agree. */
const most = 0.9;
const overrule = '--delimiter says otherwise';

/** The delimiter of a CSV, and messages about how it was detected. */
export interface FoundDelimiter {
  delimiter: string;
  findings: string[];
}

/** A text as divided by a delimiter: number of cells in the header, and in each complete row. */
interface Division {
  delimiter: string;
  header: number;
  rows: number[];
  quoted: boolean;
  /** Whether the header itself is in quotes. */
  quotedHeader: boolean;
  /** Whether the header is a title padded to the width of the rows, or a title that contains the delimiter. */
  paddedTitle: boolean;
  dividedTitle: boolean;
  /** Whether surplus cells in rows are empty cells at their end. */
  emptyEnds: boolean;
  /** Whether the second line looks like a header. */
  headerBelow: boolean;
}

/**
 * Detects the delimiter of a CSV: the input's, else that of a line `sep=`, else the one in the header or, if the header
 * leaves it open, in the rows. `text` starts with the header. Throws a `SourceError` if it stays open, or if the rows
 * have columns but the header does not.
 */
export function findDelimiter(
  source: Source,
  form: Omit<SourceForm, 'delimiter'>,
  text: Buffer,
  whole: boolean,
  hint: string | null,
): FoundDelimiter {
  const divide = (delimiter: string) => divisionBy(delimiter, { ...form, delimiter }, text, whole);
  if (source.delimiter === 'none') return { delimiter: noDelimiter, findings: [] };
  if (source.delimiter !== undefined) return given(source.delimiter, divide);
  const divisions = candidates.map(divide).filter((each) => each !== null);
  const dividing = divisions.filter(({ header }) => header > 1);
  if (hint !== null && (dividing.length === 0 || (divide(hint)?.header ?? 0) > 1))
    return { delimiter: hint, findings: [`${separatedBy(hint)} (its line sep= says so; ${overrule})`] };
  const padded = dividing.find(({ paddedTitle }) => paddedTitle);
  if (padded !== undefined)
    throw titleRefusal(
      source,
      padded,
      'a first line of one cell and empty ones above a line that looks like a header',
    );
  const divided = dividing.find(({ dividedTitle }) => dividedTitle);
  if (divided !== undefined)
    throw titleRefusal(
      source,
      divided,
      'a first line that looks like a title, above one that looks like a header',
    );
  const [only, ...others] = dividing;
  const isHeaderCut = !whole && !divisions.some(({ rows }) => rows.length > 0);
  if (only === undefined && isHeaderCut) return { delimiter: ',', findings: [] };
  if (only === undefined) return oneColumn(source, divisions, text);
  if (others.length === 0) return found(only.delimiter, 'found in the header');
  return byRows(source, dividing);
}

/**
 * Uses the given delimiter. Adds a message if it does not divide the header, but another one divides it like the rows.
 */
function given(delimiter: string, divide: (delimiter: string) => Division | null): FoundDelimiter {
  if (divide(delimiter)?.header !== 1) return { delimiter, findings: [] };
  const other = candidates.find((candidate) => {
    const { header = 1, rows = [] } = divide(candidate) ?? {};
    return header > 1 && rows.filter((cells) => cells === header).length >= most * rows.length;
  });
  const finding = `each line is one cell, as the delimiter given is not in the header`;
  return {
    delimiter,
    findings:
      other === undefined
        ? []
        : [`${finding}; ${showDelimiter(other)} divides it and the rows (--delimiter)`],
  };
}

function titleRefusal(source: Source, { delimiter }: Division, seen: string) {
  return refusal(
    source,
    seen,
    `a header line first; or --delimiter (source.delimiter) with ${showDelimiter(delimiter)}, which takes it for the header`,
  );
}

function found(delimiter: string, where: string): FoundDelimiter {
  return {
    delimiter,
    findings: delimiter === ',' ? [] : [`${separatedBy(delimiter)} (${where}; ${overrule})`],
  };
}

const separatedBy = (delimiter: string): string => `cells are separated by ${showDelimiter(delimiter)}`;

/** Names a delimiter in messages. */
const showDelimiter = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : `'${delimiter}'`);

/** Chooses among candidates that divide the header: the one that gives nearly all rows as many cells as the header. */
function byRows(source: Source, divisions: readonly Division[]): FoundDelimiter {
  const fitting = divisions.map(({ delimiter, header, rows }) => ({
    delimiter,
    rows: rows.filter((cells) => cells === header).length,
    of: rows.length,
  }));
  const [best, second] = fitting.sort((a, b) => b.rows - a.rows);
  const isSure = best !== undefined && (!second?.rows || best.rows >= most * best.of);
  if (isSure && best.rows > (second?.rows ?? 0))
    return found(best.delimiter, 'found in the header and the rows');
  const names = divisions.map(({ delimiter }) => showDelimiter(delimiter));
  throw refusal(
    source,
    `a header that ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} divide alike`,
    `--delimiter (source.delimiter) with ${oneOf(names)}`,
  );
}

/** No candidate divides the header. */
function oneColumn(source: Source, divisions: readonly Division[], text: Buffer): FoundDelimiter {
  const inQuotes = delimiterInQuotes(text.toString('utf8'));
  if (inQuotes !== null)
    throw refusal(
      source,
      `lines that are in quotes as a whole, with ${showDelimiter(inQuotes)} within them`,
      'cells in quotes, not lines; or --delimiter , (source.delimiter), which reads each line as one cell',
    );
  // As in our own files of failed rows, where a surplus empty cell marks a row that cannot be read.
  const comma = divisions.find(({ delimiter }) => delimiter === ',');
  const isOurs = comma?.quotedHeader === true && comma.emptyEnds;
  const title = divisions.find((each) => isBelowTitle(each) && !(isOurs && each === comma));
  if (title !== undefined)
    throw refusal(
      source,
      `a first line of one cell above rows that ${showDelimiter(title.delimiter)} divides`,
      'a header line first; or --delimiter none (source.delimiter), which reads each line as one cell',
    );
  const hidden = hiddenColumns(text);
  if (hidden !== null) throw refusal(source, hidden.seen, hidden.accepted);
  // Files quote cells because of the delimiters in them. Other possible delimiters give too many cells.
  const dividing = divisions.filter(({ delimiter, rows }) => {
    const divided = rows.filter((cells) => cells > 1).length;
    return divided > 0 && (delimiter === ',' || 2 * divided > rows.length);
  });
  if (dividing.length === 0 || divisions.some(({ quoted }) => quoted))
    return { delimiter: ',', findings: [] };
  const between = dividing.find(({ delimiter }) => isBetweenCells(delimiter, text));
  if (between !== undefined) return found(between.delimiter, 'found in rows');
  const findings = [`each line is one cell (no delimiter is in the header; ${overrule})`];
  return { delimiter: noDelimiter, findings };
}

/** Whether a character separates cells rather than parts of sentences, where a blank or a line end follows it. */
function isBetweenCells(delimiter: string, text: Buffer): boolean {
  const [, ...parts] = text.toString('utf8').split(delimiter);
  const tight = parts.filter((part) => /^[^ \r\n]/.test(part)).length;
  return delimiter === '\t' || tight > (1 - most) * parts.length;
}

/** Whether nearly all rows have the same number of cells, of at least two. */
function isBelowTitle({ rows, headerBelow }: Division): boolean {
  const counts = new Map<number, number>();
  for (const cells of rows) counts.set(cells, (counts.get(cells) ?? 0) + 1);
  const [usual, times] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [1, 0];
  return usual > 1 && times >= most * rows.length && (rows.length > 1 || headerBelow);
}

function divisionBy(delimiter: string, form: SourceForm, text: Buffer, whole: boolean): Division | null {
  const dialect = dialectOf(form);
  const rows = splitCsv(dialect, text, true).rows;
  const first = rows.findIndex(({ start, end }) => !isBlankRange(text, start, end));
  const header = rows[first];
  if (header === undefined || header.malformed !== null) return null;
  const isCut = !whole && rows.at(-1)?.end === text.length && rows.length > first + 1;
  const below = rows.slice(first + 1, isCut ? -1 : undefined);
  const cells = (row: SplitRow) => cellsOf(dialect, row, text.subarray(row.start, row.end));
  const next = below[0]?.malformed === null ? cells(below[0]) : [];
  const headerBelow = next.length > 0 && isRecognisedHeader(next, []);
  const count = (row: SplitRow) => countCells(dialect, row, text.subarray(row.start, row.end));
  return {
    delimiter,
    header: count(header),
    rows: below.map((row) => (row.malformed === null ? count(row) : 0)),
    quoted: rows.some((row) => row.quoted),
    quotedHeader: header.quoted,
    paddedTitle: isPaddedTitle(cells(header), headerBelow),
    dividedTitle: isDividedTitle(cells(header), next),
    emptyEnds: below.every((row) => row.malformed !== null || count(row) === 1 || cells(row).at(-1) === ''),
    headerBelow,
  };
}
