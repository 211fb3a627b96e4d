import type { Source } from '../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../ports/batch-reader';
import type { ColumnTarget } from '../rows/column-mapping';
import type { ReadValues } from '../rows/decode-row';
import type { FindLeftOut } from '../rows/left-out';
import type { SplitRow, SplitRows } from '../rows/split-rows';

/** Messages about a source: what was detected, and warnings for its owner. */
export interface Notes {
  findings: string[];
  warnings: string[];
}

/** Observes the rows while a source is planned. */
export interface RowWatch {
  /** Checks a row; null if no row needs checking. */
  see: ((row: SplitRow, raw: Buffer) => void) | null;
  /** The messages, after all rows have passed. */
  notes(): Notes;
}

/** Additional options of planning. */
export interface Asked {
  /** The property that identifies records; null for none. */
  dedupeBy: string | null;
  /** Whether the caller owns the file, and may see its content in messages. */
  isOwnFile: boolean;
}

/** The target of a column, or of a name in a format whose rows name their own values; null if it is left out. */
export interface Destination {
  column: string;
  target: ColumnTarget | null;
}

/** Everything that planning and reading need of a format. */
export interface RowFormat {
  /** Extensions of its files. */
  extensions: readonly string[];
  /**
   * Reads the header's cells from the first row; null for a format whose rows name their own values. Throws a
   * `SourceError`.
   */
  readHeader:
    ((source: Source, form: SourceForm, row: SplitRow, raw: Buffer, asked: Asked) => string[]) | null;
  /**
   * Converts a text in UTF-8 to lines that are rows, which are copied and read instead; null for a format whose rows
   * can be read directly.
   */
  toLines: ((uri: string, text: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | null;
  /** How to split a source into rows. */
  splitRows(form: SourceForm): SplitRows;
  /** How to read the values of rows. `header` has the header's cells, `limits` are those of the plan. */
  readValues(source: Source, form: SourceForm, header: readonly string[], limits: RowLimits): ReadValues;
  /** Finds split rows that are not rows of the import; null if all are. */
  leftOut(form: SourceForm, header: readonly string[]): FindLeftOut | null;
  /** How to count the cells of a split row; returns null if rows have no cells. */
  countCells(form: SourceForm): (row: SplitRow, raw: Buffer) => number | null;
  /** What to observe while rows are planned. */
  watch(source: Source, form: SourceForm, header: readonly string[]): RowWatch;
  /**
   * Returns a function that says, without parsing the whole row, if its bytes show that a property has a value. False
   * if that is uncertain.
   */
  surelyHasValue(
    source: Source,
    form: SourceForm,
    header: readonly string[],
    property: string,
  ): (row: SplitRow, raw: Buffer) => boolean;
  /** The target of each column, or of each name in the mapping. */
  destinations(source: Source, form: SourceForm, header: readonly string[]): Destination[];
  /** The error for a source without rows: what was seen, and what is accepted. */
  noRows(hasHeader: boolean): { seen: string; accepted: string };
}
