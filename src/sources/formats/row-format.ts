import type { Source } from '../../core/pipeline/source';
import type { RowLimits, SourceForm } from '../../ports/batch-reader';
import type { ReadValues } from '../rows/decode-row';
import type { SplitRow, SplitRows } from '../rows/split-rows';

/** All that planning and reading ask of a format. */
export interface RowFormat {
  /** How the names of its files end. */
  extensions: readonly string[];
  /**
   * The column names that the first row gives; null for a format whose rows name their own values. Throws a
   * `SourceError`.
   */
  readHeader: ((source: Source, form: SourceForm, row: SplitRow, raw: Buffer) => string[]) | null;
  /** How to find the rows of a source. */
  splitRows(form: SourceForm): SplitRows;
  /** How to read the values of its rows; `columns` are those of the header, `limits` those of the plan. */
  readValues(source: Source, form: SourceForm, columns: readonly string[], limits: RowLimits): ReadValues;
  /** What is said of a source without rows: what was seen, and what is accepted. */
  noRows(hasHeader: boolean): { seen: string; accepted: string };
}
