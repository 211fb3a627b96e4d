import type { Source } from '../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../ports/batch-reader';
import type { ColumnTarget } from '../rows/column-mapping';
import type { ReadValues } from '../rows/decode-row';
import type { FindLeftOut } from '../rows/left-out';
import type { SplitRow, SplitRows } from '../rows/split-rows';

/** What is to be said of a source: what was found out, and what its owner should know. */
export interface Notes {
  findings: string[];
  warnings: string[];
}

/** Goes along while a source is planned. */
export interface RowWatch {
  /** Takes in a row; null when no row needs to be looked at. */
  see: ((row: SplitRow, raw: Buffer) => void) | null;
  /** What is to be said once all rows have passed. */
  notes(): Notes;
}

/** What planning is asked for besides. */
export interface Asked {
  /** The property that records are told apart by; null for none. */
  dedupeBy: string | null;
  /** Whether whoever asks may see what stands in the file: it is their own. */
  isOwnFile: boolean;
}

/** What becomes of a column, or of a name of a format whose rows name their own values; null when it is left out. */
export interface Destination {
  column: string;
  target: ColumnTarget | null;
}

/** All that planning and reading ask of a format. */
export interface RowFormat {
  /** How the names of its files end. */
  extensions: readonly string[];
  /**
   * The cells of a header that the first row gives; null for a format whose rows name their own values. Throws a
   * `SourceError`.
   */
  readHeader:
    ((source: Source, form: SourceForm, row: SplitRow, raw: Buffer, asked: Asked) => string[]) | null;
  /**
   * Makes lines of a text in UTF-8, each of them a row, which are copied and read in its place; null for a format whose
   * rows are found where they are.
   */
  toLines: ((uri: string, text: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | null;
  /** How to find the rows of a source. */
  splitRows(form: SourceForm): SplitRows;
  /** How to read the values of its rows; `header` has the cells of the header, `limits` are those of the plan. */
  readValues(source: Source, form: SourceForm, header: readonly string[], limits: RowLimits): ReadValues;
  /** What is no row of the import though it was found by splitting; null when nothing is. */
  leftOut(form: SourceForm, header: readonly string[]): FindLeftOut | null;
  /** How to count the cells of a row that was found by splitting; it gives null where rows have none. */
  countCells(form: SourceForm): (row: SplitRow, raw: Buffer) => number | null;
  /** What is watched for while its rows are planned. */
  watch(source: Source, form: SourceForm, header: readonly string[]): RowWatch;
  /**
   * Tells from the bytes of a row, without reading all of it, that a property has a value; false when that is not
   * certain.
   */
  surelyHasValue(
    source: Source,
    form: SourceForm,
    header: readonly string[],
    property: string,
  ): (row: SplitRow, raw: Buffer) => boolean;
  /** What becomes of each column, or of each name that the mapping says something of. */
  destinations(source: Source, form: SourceForm, header: readonly string[]): Destination[];
  /** What is said of a source without rows: what was seen, and what is accepted. */
  noRows(hasHeader: boolean): { seen: string; accepted: string };
}
