import { escapeUnseen, neutralJson } from '../../core/details/neutral';
import type { WrittenRow } from '../../ports/written-row';
import type { ColumnTarget } from '../../sources/rows/column-mapping';
import { showName } from '../../sources/rows/show-names';
import { print, printLine, printPainted } from '../terminal/output';
import { describeRequests, type ExpectedRequests } from './count-requests';
import type { LiveFindings } from './live-check/live-check';
import { printLiveFindings } from './live-check/live-check-text';

/** What an import would do, as far as the file alone shows. */
export interface DryRun {
  rows: number;
  sendable: number;
  /** Rows that cannot be sent; the first of them with their line and problem. */
  malformed: number;
  malformedRows: { row: number; line: number; reason: string }[];
  /** Lines that are not rows of the import: without any value, or equal to the header. */
  leftOut: { empty: number; repeatedHeaders: number };
  batches: number;
  /** The target of each column; columns that are left out have no property. */
  columns: ({ column: string; property: string | null } & Omit<ColumnTarget, 'property'>)[];
  /** How the file is read, as detected. */
  findings: string[];
  warnings: string[];
  /** The first rows as they would be sent. */
  firstRows: WrittenRow[];
  /** The requests that the import will need. */
  requests: ExpectedRequests;
  /** What the API's property definitions say about the sendable rows; null without a live check. */
  live: LiveFindings | null;
}

const shownColumns = 50;
const maxRowCharacters = 1000;

/** Prints the dry run for people. It shows rows, because the file and the terminal are the user's own. */
export function printDryRun(found: DryRun): void {
  const { rows, sendable, malformed, malformedRows, batches, columns, findings, warnings, firstRows, live } =
    found;
  print(
    `Rows: ${rows}, of which ${sendable} can be sent and ${malformed} cannot be read, in ${batches} ${batches === 1 ? 'batch' : 'batches'}`,
  );
  for (const { row, line, reason } of malformedRows) printLine(`  row ${row}, line ${line}: ${reason}`);
  printRest(malformed - malformedRows.length);
  if (columns.length > 0) print('Columns:');
  for (const column of columns.slice(0, shownColumns)) printLine(`  ${describeColumn(column)}`);
  printRest(columns.length - shownColumns);
  for (const finding of findings) printLine(`Found: ${finding}`);
  for (const warning of warnings) printLine(`Warning: ${warning}`);
  if (firstRows.length > 0) print('The first rows as they would be sent:');
  for (const row of firstRows) printLine(`  ${shortened(row.json.toString('utf8'))}`);
  if (live !== null) printLiveFindings(live, columns);
  for (const line of describeRequests(found.requests)) print(line);
  print(live === null ? 'Nothing was sent.' : 'Nothing was sent but the one request of the live check.');
}

/** Prints the dry run as JSON, with the rows digit for digit. */
export function printDryRunJson({ firstRows, ...found }: DryRun): void {
  // Line breaks between a row's values are meaningless, and could move a terminal's cursor.
  const rows = firstRows.map((row) => escapeUnseen(row.json.toString('utf8').replace(/[\r\n\t]/g, ' ')));
  const rest = neutralJson(found, 2).replace(/\n\}$/, '');
  printPainted(`${rest},\n  "firstRows": [${rows.map((row) => `\n    ${row}`).join(',')}\n  ]\n}`);
}

function describeColumn({ column, property, type, separator }: DryRun['columns'][number]): string {
  if (property === null) return `${showName(column)} is left out`;
  const read = type === 'string' ? '' : `, read as ${type}`;
  const split = separator === null ? '' : `, split at ${showName(separator)}`;
  return `${showName(column)} becomes ${showName(property)}${read}${split}`;
}

function printRest(count: number): void {
  if (count > 0) print(`  and ${count} more`);
}

const shortened = (text: string): string =>
  text.length > maxRowCharacters ? `${text.slice(0, maxRowCharacters)}…` : text;
