import type { BatchImportEnd } from '../batch-import-end';
import type { BatchInFlight, BatchPart } from '../carried-state';
import { newPart } from '../parts';
import type { Selection } from './start-import';

/** The waits before rows are launched again whose import has failed as a whole; after as many failures that is all. */
const waitsMs = [60_000, 5 * 60_000];

/** How long to wait before rows are launched that have failed so often before. */
export const relaunchWaitMs = (relaunches: number): number => waitsMs[relaunches - 1] ?? 0;

/**
 * What is launched again of an import that the API says has failed as a whole, under a new key: its rows that have a
 * value in the property that `dedupe_by` names, since what was imported of them is found again. All of them, also those
 * that the failed import gave a result for: where it has imported them, that stays what is said of them. Null when
 * nothing is.
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
