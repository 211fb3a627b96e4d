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
 * order. A single import of all rows has no range.
 */
export interface SettleBatchInput {
  plan: PlanRef;
  launchKey: string;
  batch: number;
  imports: (BatchImportEnd & { range: RowRange })[];
}

/**
 * Input of the activity `settleSelectedRows`: a batch whose imports are not consecutive ranges. A row may be in several
 * imports, in launch order. It takes its result from the first that imported it, else from the last. It is a separate
 * activity because a worker that knows only ranges would assign all rows of a range to one import.
 */
export interface SettleSelectedRowsInput extends Omit<SettleBatchInput, 'imports'> {
  imports: (BatchImportEnd & { selection: Selection; together: boolean })[];
  /** Rows that the API has refused, by name or alone. The message for each is in the storage. */
  refused: RowSet;
  /** The property that `dedupe_by` names, needed to read selections; or null. */
  dedupeBy: string | null;
}

/**
 * Input of the activity `settleWithoutSource`: a batch of a failed pipeline. Rows whose bytes the source no longer has
 * are known from the plan.
 */
export interface SettleWithoutSourceInput extends SettleSelectedRowsInput {
  /** The sendable rows of the batch, if known from sending them. */
  rows: SendableRows | null;
}

/** The input to settle a batch of a failed pipeline. */
export function settleWithoutSourceInput(
  inFlight: BatchInFlight,
  of: Pick<SettleBatchInput, 'plan' | 'launchKey'>,
  options: ImportOptions,
): SettleWithoutSourceInput {
  return { ...selectedInput(inFlight, of, options), rows: inFlight.rows };
}

/** The input to settle a batch whose imports have all ended. */
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

/** Result of these activities. They store the outcome of each row until the report is written. */
export interface SettledBatch {
  totals: RowTotals;
}

/** Input of the activity `writeReport`. Every batch of the plan is settled. */
export interface WriteReportInput {
  plan: PlanRef;
  launchKey: string;
  warnings: string[];
}

/** Batches of which nothing was sent because the pipeline had failed. */
export interface UnsentBatches {
  /** The first of the batches that were never started; all after it belong here too. */
  from: number;
  /** Further batches, before `from`. */
  batches: number[];
  /** The reason, as the report gives it for their rows. */
  reason: string;
}

/** Input of the activity `writeReportWithoutSource`. Every batch that was started is settled or unsent. */
export interface WriteReportWithoutSourceInput extends WriteReportInput {
  unsent: UnsentBatches;
}

/** Result of the activity `writeReport`. */
export type WrittenReport = ImportReport;
