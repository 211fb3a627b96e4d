import type { ImportReport } from '../core/pipeline/report';
import { rowOutcome } from '../core/api/import-job';
import type { ImportOutcome } from '../core/tracker/outcome';
import { exitCodes } from './exit-codes';

/**
 * The exit code that tells how one import ended. Failed rows are counted by the API, or in the inline results when it
 * does not.
 */
export function exitCodeOfOutcome(outcome: ImportOutcome): number {
  switch (outcome.status) {
    case 'complete': {
      const failed =
        outcome.job.failed ?? outcome.job.results?.filter((row) => rowOutcome(row) === 'failed').length ?? 0;
      return failed > 0 ? exitCodes.rowsFailed : exitCodes.complete;
    }
    case 'failed':
      return exitCodes.importFailed;
    case 'expired':
      return exitCodes.expired;
    case 'timed_out':
      return exitCodes.timedOut;
  }
}

/**
 * The exit code that tells how a pipeline ended: the worst of its imports, else whether every row is accounted for as
 * imported.
 */
export function exitCodeOfReport({ totals, importsByStatus }: ImportReport): number {
  if (importsByStatus.failed !== undefined) return exitCodes.importFailed;
  if (importsByStatus.expired !== undefined) return exitCodes.expired;
  if (importsByStatus.timed_out !== undefined) return exitCodes.timedOut;
  return totals.failed + totals.unknown > 0 ? exitCodes.rowsFailed : exitCodes.complete;
}
