import type { Source } from '../core/pipeline/source';
import type { LineEnd, RepeatedHeaders, SourceFormat } from '../core/pipeline/source-formats';
import type { PlannedImport, PlanRef } from '../core/pipeline/plan';
import type { StoredObject } from '../core/stored-object';
import type { WrittenRow } from './written-row';

/**
 * A batch by reference: which rows of the source it holds, never the rows. Row numbers start at 1 and count every data
 * row, malformed ones too.
 */
export interface BatchRef {
  /** Counts from 1. */
  batch: number;
  firstRow: number;
  rows: number;
  /** Line of the source on which the byte range starts, from 1. */
  firstLine: number;
  /** Byte range in the readable text, `end` exclusive. */
  start: number;
  end: number;
  /** Hash of those bytes, lower-case hex. */
  sha256: string;
}

/** What a row may be; one that is more is malformed. */
export interface RowLimits {
  /** Bytes in the text, line end included. */
  rowBytes: number;
  /** Values of it, members of lists and objects included. */
  values: number;
  /** Levels of lists and objects within each other. */
  depth: number;
  /**
   * Whether values are sent as they stand, and a row that cannot be is malformed; else they are what `JSON.parse` makes
   * of them, as in plans of 0.1.0.
   */
  exact: boolean;
}

/** How the text of a source is read: as its input says, else as was found. */
export interface SourceForm {
  format: SourceFormat;
  /** The standard's name (WHATWG Encoding Standard). */
  encoding: string;
  /** Between the cells of a CSV. */
  delimiter: string;
  lineEnd: LineEnd;
  /** Whether a quote within a CSV's unquoted cell stands for itself. */
  lenientQuotes: boolean;
  /**
   * By which rules columns are named and rows are counted. 1 are those of 0.1.0: names stand as they are, each must be
   * there and differ from the others, every line that is not empty is a row, and a byte order mark within the text is
   * part of its cell.
   */
  rules: 1 | 2;
  /** Whether rows of a CSV that are equal to its header are left out. */
  repeatedHeaders: RepeatedHeaders;
}

/** Rows that are no part of the import, and are not counted among its rows. */
export interface LeftOutRows {
  rows: number;
  /** Lines on which the first of them begin. */
  firstLines: number[];
}

/** The source as it was when the pipeline began. */
export interface PinnedSource {
  source: Source;
  /** Size in bytes and hash of the file as it lies at its URI. */
  bytes: number;
  sha256: string;
  /**
   * Where batches are read: the source itself, or a copy in storage when the source is compressed, not in UTF-8, or out
   * of reach of some workers. UTF-8, not compressed.
   */
  text: StoredObject;
  /** The cells of the header in order, as they stand; empty for a format whose rows name their own values. */
  columns: string[];
  form: SourceForm;
  /** What was found out of how it is read, in words; absent in plans of 0.1.0. */
  findings?: string[];
  /** Absent in plans of 0.1.0, in which every line that is not empty is a row. */
  leftOut?: { empty: LeftOutRows; repeatedHeaders: LeftOutRows };
  /** Absent in plans of 0.1.0, which had limits of their own. */
  limits?: RowLimits;
}

/**
 * A row of the input: what to send, or why it cannot be sent. `rowNumber` counts data rows from 1, `line` is the first
 * line in the file.
 */
export type BatchRow =
  | { rowNumber: number; line: number; row: WrittenRow }
  | { rowNumber: number; line: number; malformed: string };

/**
 * A row of the input with its bytes as they stand in the text, line end included; null for one that is too long to be
 * held: it is the line that begins at `start`.
 */
export type SourceRow = BatchRow & { raw: Uint8Array | null; start: number };

/** A row of the input as it stands, whatever its values are. */
export interface StandingRow extends Pick<SourceRow, 'rowNumber' | 'line' | 'raw' | 'start'> {
  /**
   * How many cells it has; null when they cannot be told, since its quoting is broken or it is too long, and in a
   * format whose rows have none.
   */
  countCells(): number | null;
}

/**
 * Reads the batches of plans. Rejects with a `SourceError`, whose message is fit for the user, when the source is
 * missing, changed or unreadable.
 */
export interface BatchReader {
  /** What the plan was made of. */
  source(plan: PlanRef): Promise<PinnedSource>;
  /**
   * All rows of a batch, counted from 1, in order. Only at its end is it certain that they are those that were planned:
   * nothing may be done with them before.
   */
  read(plan: PlanRef, batch: number): AsyncIterable<SourceRow>;
  /** Which rows a batch holds, by its plan alone. */
  ref(plan: PlanRef, batch: number): Promise<BatchRef>;
  /**
   * As {@link read}, also when the source has changed elsewhere than in the bytes of the batch: for rows that have been
   * sent already.
   */
  readSent(plan: PlanRef, batch: number): AsyncIterable<SourceRow>;
  /** The same rows as they stand, which takes less time. */
  standing(plan: PlanRef, batch: number): AsyncIterable<StandingRow>;
  /** The bytes of the line of the text that begins at an offset, in pieces, with its end if it has one. */
  line(plan: PlanRef, start: number): AsyncIterable<Uint8Array>;
}

/**
 * Cuts a source into batches and stores the plan under a name; throws a `SourceError` when it cannot be used.
 * `onProgress` is told the bytes read so far.
 */
export type PlanSource = (
  source: Source,
  options: {
    batchSize: number;
    /** Folder in the store for the plan and, if needed, the copy of the source. */
    folder: string;
    /**
     * The property that records are told apart by: a source that does not give it is refused, and its rows without a
     * value there are counted in a warning. Default: none.
     */
    dedupeBy?: string | null;
    /** Whether whoever asks may see what stands in the file: it is their own. Default: false. */
    isOwnFile?: boolean;
    onProgress?: (bytes: number) => void;
  },
) => Promise<Omit<PlannedImport, 'launchKey'>>;
