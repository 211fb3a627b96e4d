import type { ImportOptions } from '../api/import-job';
import type { BatchImportEnd } from './batch-import-end';
import type { BatchInFlight, EndedPart } from './carried-state';
import { dedupeProperty } from './dedupe-value';
import type { PlanRef } from './plan';
import type { ImportReport, RowTotals } from './report';
import type { RowSet } from './row-set';
import { wholeRange } from './selection';
import type { RowRange, Selection } from './start-import';

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

/** What is to be settled of a batch whose imports have all ended. */
export function settleInput(
  { batch, ended, refused }: Pick<BatchInFlight, 'batch' | 'ended' | 'refused'>,
  of: Pick<SettleBatchInput, 'plan' | 'launchKey'>,
  options: ImportOptions,
): SettleBatchInput | SettleSelectedRowsInput {
  const ranges = ended.flatMap((end) => (isRangeAlone(end) ? [{ ...end, range: end.range ?? null }] : []));
  if (refused === '' && ranges.length === ended.length && followEachOther(ranges)) {
    return { ...of, batch, imports: ranges };
  }
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

/** Result of both activities, which keep how each row ended until the report is written. */
export interface SettledBatch {
  totals: RowTotals;
}

/** Input of the activity `writeReport`. Every batch of the plan has been settled. */
export interface WriteReportInput {
  plan: PlanRef;
  launchKey: string;
  warnings: string[];
}

/** Result of the activity `writeReport`. */
export type WrittenReport = ImportReport;
