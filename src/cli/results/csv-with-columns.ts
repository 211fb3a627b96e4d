import { jsonText } from '../../ports/json-text';
import { isTurnOver, nextTurn } from '../../ports/give-way';
import { textCell } from '../../report/report-line';
import { addedColumns, resultsSeparator } from '../../report/results-file';
import { cellsOf } from '../../sources/formats/csv/csv-values';
import { dialectOf, type Dialect } from '../../sources/formats/csv/dialect';
import { splitCsv } from '../../sources/formats/csv/split-csv';
import { trimmed } from '../../sources/rows/blank';
import { RowSplitter } from '../../sources/rows/row-splitter';
import { damaged } from './results-rows';

/** Longest row that is buffered: a row of a file with its quotes doubled, and the API's message. */
const maxRowBytes = 16 * 1024 * 1024;

/** A row's original text, with its line end, and its cells. */
interface Row {
  text: string;
  cells: string[];
}

/** How a row ended. */
const outcomeOf = ({ cells }: Row): string | undefined => cells.at(-addedColumns.length);

/** The header and the failed rows, as their original text. */
export async function* failedCsvRows(uri: string, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let isHeader = true;
  for await (const row of rowsOf(uri, blocks)) {
    if (isHeader || outcomeOf(row) === 'failed') yield row.text;
    isHeader = false;
  }
}

/**
 * Converts each row to a JSON object of texts by column, with null for a missing id or error. A column without a name,
 * or with a name used before, is called by its position, such as `#3`.
 */
export async function* csvAsObjects(
  uri: string,
  blocks: AsyncIterable<Uint8Array>,
  failedOnly: boolean,
): AsyncGenerator<string> {
  let names: string[] | null = null;
  for await (const row of rowsOf(uri, blocks)) {
    if (names === null) names = namesOf(row.cells).map((name) => `${jsonText(name)}:`);
    else if (!failedOnly || outcomeOf(row) === 'failed') yield asObject(names, row.cells);
  }
}

function asObject(names: readonly string[], cells: readonly string[]): string {
  const own = names.length - addedColumns.length;
  const members = cells.map((cell, at) => {
    const name = names[at] ?? '';
    if (at < own) return name + jsonText(cell);
    return name + (cell === '' ? 'null' : jsonText(withoutGuard(cell)));
  });
  return `{${members.join(',')}}`;
}

/** A cell without the quote with which reports keep spreadsheets from reading it as a formula. */
const withoutGuard = (cell: string): string => (textCell(cell.slice(1)) === cell ? cell.slice(1) : cell);

/** Unique names for the columns. */
function namesOf(header: readonly string[]): string[] {
  const names = header.map(trimmed);
  const taken = new Set(names);
  return names.map((name, index) => {
    if (name !== '' && names.indexOf(name) === index) return name;
    let free = `#${index + 1}`;
    while (taken.has(free)) free = `#${free}`;
    taken.add(free);
    return free;
  });
}

/** The rows of the file, header first. Throws a `CommandError` if they are not in the form that reports write. */
async function* rowsOf(uri: string, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const { dialect, text } = await opened(uri, blocks);
  const splitter = new RowSplitter(
    (bytes, last, most) => splitCsv(dialect, bytes, last, most),
    dialect.ends,
    maxRowBytes,
  );
  let [rows, columns] = [0, 0];
  for await (const { bytes, rows: found } of splitsOf(splitter, text)) {
    for (const row of found) {
      if (isTurnOver()) await nextTurn();
      const raw = bytes.subarray(row.start, row.end);
      const cells = row.malformed === null ? cellsOf(dialect, row, raw) : [];
      if (rows === 0) columns = cells.length;
      if (cells.length === 0 || cells.length !== columns) throw damaged(uri, `row ${rows}`);
      rows += 1;
      yield { text: raw.toString('utf8'), cells };
    }
  }
}

async function* splitsOf(splitter: RowSplitter, blocks: AsyncIterable<Uint8Array>) {
  for await (const block of blocks)
    yield* splitter.push(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  yield* splitter.end();
}

const byteOrderMark = Buffer.from('\ufeff');

/** The cell format of the file, from its header, and its text without a byte order mark. */
async function opened(
  uri: string,
  blocks: AsyncIterable<Uint8Array>,
): Promise<{ dialect: Dialect; text: AsyncIterable<Uint8Array> }> {
  const iterator = blocks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    head = Buffer.concat([head, next.value]);
    const separator = resultsSeparator(head.toString('utf8'));
    if (separator === null && head.length <= maxRowBytes) continue;
    if (separator === null) break;
    const isMarked = head.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    const text = continued(head.subarray(isMarked ? byteOrderMark.length : 0), iterator);
    // Rows with broken quoting are quoted as a whole; for all others, lenient parsing makes no difference.
    const form = { format: 'csv', encoding: 'utf-8', lineEnd: 'lf', lenientQuotes: true } as const;
    const more = { delimiter: separator, rules: 2, repeatedHeaders: 'keep' } as const;
    return { dialect: dialectOf({ ...form, ...more }), text };
  }
  throw damaged(uri, 'header');
}

async function* continued(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
