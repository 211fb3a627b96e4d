import type { ImportOptions } from '../api/import-job';
import type { BatchImportEnd } from './batch-import-end';
import type { BatchInFlight, EndedPart } from './carried-state';
import { dedupeProperty } from './dedupe-value';
import type { PlanRef } from './plan';
import type { ImportReport, RowTotals } from './report';
import type { RowSet } from './row-set';
import { wholeRange } from './selection';
import type { RowRange, Selection, SendableRows } from './launch/start-import';

/**
 * Input of the activity `settleBatch`. The ranges of its imports cover the rows that could be sent, each once and in
 * order; one import of all rows has none.
 */
export interface SettleBatchInput {
  plan: PlanRef;
  launchKey: string;
  batch: number;
  imports: (BatchImportEnd & { range: RowRange })[];
}

/**
 * Input of the activity `settleSelectedRows`: a batch whose imports are not of ranges that follow each other. A row may
 * be in several of them, in the order in which they were launched: then it counts as the first that has imported it
 * says, else as the last says. It has a type of its own, since a worker that knows of ranges alone would take all rows
 * of a range for those of its import.
 */
export interface SettleSelectedRowsInput extends Omit<SettleBatchInput, 'imports'> {
  imports: (BatchImportEnd & { selection: Selection; together: boolean })[];
  /** Rows that the API has refused, by name or alone; what it says of each lies in the storage. */
  refused: RowSet;
  /** The property that `dedupe_by` names, by which selections are understood; or null. */
  dedupeBy: string | null;
}

/**
 * Input of the activity `settleWithoutSource`: a batch of a pipeline that has failed. Its rows are known by the plan
 * where the source does not have their bytes any more.
 */
export interface SettleWithoutSourceInput extends SettleSelectedRowsInput {
  /** What the rows of the batch are, if that was found out when they were sent. */
  rows: SendableRows | null;
}

/** What is to be settled of a batch of a pipeline that has failed. */
export function settleWithoutSourceInput(
  inFlight: BatchInFlight,
  of: Pick<SettleBatchInput, 'plan' | 'launchKey'>,
  options: ImportOptions,
): SettleWithoutSourceInput {
  return { ...selectedInput(inFlight, of, options), rows: inFlight.rows };
}

/** What is to be settled of a batch whose imports have all ended. */
export function settleInput(
  inFlight: Pick<BatchInFlight, 'batch' | 'ended' | 'refused'>,
  of: Pick<SettleBatchInput, 'plan' | 'launchKey'>,
  options: ImportOptions,
): SettleBatchInput | SettleSelectedRowsInput {
  const { batch, ended, refused } = inFlight;
  const ranges = ended.flatMap((end) => (isRangeAlone(end) ? [{ ...end, range: end.range ?? null }] : []));
  if (refused === '' && ranges.length === ended.length && followEachOther(ranges)) {
    return { ...of, batch, imports: ranges };
  }
  return selectedInput(inFlight, of, options);
}

function selectedInput(
  { batch, ended, refused }: Pick<BatchInFlight, 'batch' | 'ended' | 'refused'>,
  of: Pick<SettleBatchInput, 'plan' | 'launchKey'>,
  options: ImportOptions,
): SettleSelectedRowsInput {
  const imports = ended.map(({ range = null, selection = wholeRange(range), together = false, ...end }) => ({
    ...end,
    selection,
    together,
  }));
  return { ...of, batch, imports, refused, dedupeBy: dedupeProperty(options) };
}

const isRangeAlone = ({ selection, together }: EndedPart): boolean =>
  selection === undefined && together !== true;

const followEachOther = (all: readonly { range: RowRange }[]): boolean =>
  all.length === 1 ||
  all.every(({ range }, index) => range !== null && range.from >= (all[index - 1]?.range?.to ?? 0));

/** Result of these activities, which keep how each row ended until the report is written. */
export interface SettledBatch {
  totals: RowTotals;
}

/** Input of the activity `writeReport`. Every batch of the plan has been settled. */
export interface WriteReportInput {
  plan: PlanRef;
  launchKey: string;
  warnings: string[];
}

/** Batches that nothing was sent of, since their pipeline had failed. */
export interface UnsentBatches {
  /** All from this one on. */
  from: number;
  /** Those before it. */
  batches: number[];
  /** What the report says of their rows. */
  reason: string;
}

/** Input of the activity `writeReportWithoutSource`. Every batch that was begun has been settled, or is unsent. */
export interface WriteReportWithoutSourceInput extends WriteReportInput {
  unsent: UnsentBatches;
}

/** Result of the activity `writeReport`. */
export type WrittenReport = ImportReport;
