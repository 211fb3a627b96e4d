import type { Source } from '../core/pipeline/source';
import type { LineEnd, RepeatedHeaders, SourceFormat } from '../core/pipeline/source-formats';
import type { PlannedImport, PlanRef } from '../core/pipeline/plan';
import type { StoredObject } from '../core/stored-object';
import type { WrittenRow } from './written-row';

/**
 * A batch by reference: which rows of the source it contains, never the rows themselves. Row numbers start at 1 and
 * count every data row, including malformed ones.
 */
export interface BatchRef {
  /** Counts from 1. */
  batch: number;
  firstRow: number;
  rows: number;
  /** Line of the source on which the batch starts, from 1. */
  firstLine: number;
  /** Byte range in the readable text, `end` exclusive. */
  start: number;
  end: number;
  /** Hash of those bytes, lower-case hex. */
  sha256: string;
}

/** Limits of a row. A row that exceeds one is malformed. */
export interface RowLimits {
  /** Maximum bytes in the text, including the line end. */
  rowBytes: number;
  /** Maximum number of values, including members of lists and objects. */
  values: number;
  /** Maximum nesting depth of lists and objects. */
  depth: number;
  /**
   * Whether values are sent exactly as written, so that a row for which this is impossible is malformed. Otherwise they
   * are sent as `JSON.parse` reads them, as in plans of 0.1.0.
   */
  exact: boolean;
}

/** How to read the text of a source: as its input says, else as detected. */
export interface SourceForm {
  format: SourceFormat;
  /** The name in the WHATWG Encoding Standard. */
  encoding: string;
  /** The text between the cells of a CSV. */
  delimiter: string;
  lineEnd: LineEnd;
  /** Whether a quote within an unquoted cell of a CSV is literal. */
  lenientQuotes: boolean;
  /**
   * The rules for naming columns and counting rows. 1 are those of 0.1.0: names are used verbatim and must be present
   * and unique, every non-empty line is a row, and a byte order mark within the text belongs to its cell.
   */
  rules: 1 | 2;
  /** What to do with rows of a CSV that are equal to its header. */
  repeatedHeaders: RepeatedHeaders;
}

/** Rows that are left out of the import and not counted. */
export interface LeftOutRows {
  rows: number;
  /** Lines on which the first of them start. */
  firstLines: number[];
}

/** The source as it was when the pipeline started. */
export interface PinnedSource {
  source: Source;
  /** Size and hash of the file at its URI. */
  bytes: number;
  sha256: string;
  /**
   * Where batches are read: the source itself, or a copy in storage if the source is compressed, not in UTF-8, or
   * unreachable for some workers. Always uncompressed UTF-8.
   */
  text: StoredObject;
  /** The header's cells verbatim, in order; empty for a format whose rows name their own values. */
  columns: string[];
  form: SourceForm;
  /** What was detected about how to read it, in words; absent in plans of 0.1.0. */
  findings?: string[];
  /** Absent in plans of 0.1.0, in which every non-empty line is a row. */
  leftOut?: { empty: LeftOutRows; repeatedHeaders: LeftOutRows };
  /** Absent in plans of 0.1.0, which had other limits. */
  limits?: RowLimits;
}

/**
 * A row of the input: what to send, or why it cannot be sent. `rowNumber` counts data rows from 1; `line` is its first
 * line in the file.
 */
export type BatchRow =
  | { rowNumber: number; line: number; row: WrittenRow }
  | { rowNumber: number; line: number; malformed: string };

/**
 * A row of the input with its original bytes, including the line end; null if it is too long to hold. `start` is then
 * the offset of its line.
 */
export type SourceRow = BatchRow & { raw: Uint8Array | null; start: number };

/** A row of the input as written, without reading its values. */
export interface RawRow extends Pick<SourceRow, 'rowNumber' | 'line' | 'raw' | 'start'> {
  /**
   * Number of its cells. Null if unknown, because its quoting is broken or it is too long, and in a format without
   * cells.
   */
  countCells(): number | null;
}

/**
 * Reads the batches of plans. Rejects with a `SourceError`, whose message is safe to show to the user, if the source is
 * missing, changed or unreadable.
 */
export interface BatchReader {
  /** The source of the plan. */
  source(plan: PlanRef): Promise<PinnedSource>;
  /**
   * All rows of a batch in order; `batch` counts from 1. Do nothing with the rows before the iteration completes: only
   * then is it certain that they are those that were planned.
   */
  read(plan: PlanRef, batch: number): AsyncIterable<SourceRow>;
  /** Which rows a batch contains, according to its plan. */
  ref(plan: PlanRef, batch: number): Promise<BatchRef>;
  /**
   * Like {@link read}, but accepts changes of the source outside the bytes of the batch: for rows that were already
   * sent.
   */
  readSent(plan: PlanRef, batch: number): AsyncIterable<SourceRow>;
  /** The same rows as written, which is faster. */
  rawRows(plan: PlanRef, batch: number): AsyncIterable<RawRow>;
  /** The bytes of the line that starts at an offset of the text, in pieces, including its end if it has one. */
  line(plan: PlanRef, start: number): AsyncIterable<Uint8Array>;
}

/**
 * Divides a source into batches and stores the plan. Throws a `SourceError` if the source is unusable. Calls
 * `onProgress` with the bytes read so far.
 */
export type PlanSource = (
  source: Source,
  options: {
    batchSize: number;
    /** Folder in the store for the plan and, if needed, the copy of the source. */
    folder: string;
    /**
     * The property that identifies records. A source without it is refused, and a warning counts rows without a value
     * for it. Default: none.
     */
    dedupeBy?: string | null;
    /** Whether the caller owns the file, and may see its content in messages. Default: false. */
    isOwnFile?: boolean;
    onProgress?: (bytes: number) => void;
  },
) => Promise<Omit<PlannedImport, 'launchKey'>>;
