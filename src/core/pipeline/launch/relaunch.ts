import type { BatchImportEnd } from '../batch-import-end';
import type { BatchInFlight, BatchPart } from '../carried-state';
import { newPart } from '../parts';
import type { Selection } from './start-import';

/** Waits before rows are launched again after their import has failed as a whole. Each entry is one more launch. */
const waitsMs = [60_000, 5 * 60_000];

/** How long to wait before launching rows whose import has already failed `relaunches` times. */
export const relaunchWaitMs = (relaunches: number): number => waitsMs[relaunches - 1] ?? 0;

/**
 * The rows to launch again, under a new key, after the API has failed their import as a whole; null if there are none.
 * These are all rows with a value in the property that `dedupe_by` names, because the API finds their records again.
 * They include rows that the failed import has a result for: if it imported them, that result still counts.
 */
export function relaunchOf(
  { rows }: Pick<BatchInFlight, 'rows'>,
  { selection, attempt, relaunches }: { selection: Selection; attempt: number; relaunches: number },
  end: Pick<BatchImportEnd, 'status'>,
): BatchPart | null {
  if (end.status !== 'failed' || selection.only === 'unkeyed' || relaunches >= waitsMs.length) return null;
  const only = rows?.unkeyed === '' ? selection.only : 'keyed';
  const part = newPart({ ...selection, only }, true);
  return { ...part, attempt: attempt + 1, relaunches: relaunches + 1 };
}
