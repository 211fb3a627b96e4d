import type { ImportReport } from '../core/pipeline/report';
import { rowOutcome } from '../core/api/import-job';
import type { DryRun } from './import/dry-run-text';
import { endStatuses, outcomeStatusNames } from '../core/tracker/end-statuses';
import type { ImportOutcome } from '../core/tracker/outcome';
import { exitCodes } from './exit-codes';

/**
 * The exit code that tells how one import ended. Failed rows are counted by the API, or in the inline results when it
 * does not.
 */
export function exitCodeOfOutcome(outcome: ImportOutcome): number {
  const { exitCode } = endStatuses[outcome.status];
  if (exitCode !== exitCodes.complete || !('job' in outcome)) return exitCode;
  const { failed, results } = outcome.job;
  const { failedResults = [], failedOmitted = 0 } = outcome;
  const counted = results?.filter((row) => rowOutcome(row) === 'failed').length;
  const failedRows = failed ?? counted ?? failedResults.length + failedOmitted;
  return failedRows > 0 ? exitCodes.rowsFailed : exitCode;
}

/**
 * The exit code that tells how a pipeline ended: the worst of its imports, else whether every row is accounted for as
 * imported. An import that failed does not count when every row was imported by it or by another one.
 */
export function exitCodeOfReport({ totals, importsByStatus }: ImportReport): number {
  if (totals.rows > 0 && totals.failed + totals.unknown === 0) return exitCodes.complete;
  const occurred = outcomeStatusNames.filter((status) => importsByStatus[status] !== undefined);
  const codes = occurred.map((status): number => endStatuses[status].exitCode);
  const worst = codes.find((code) => code !== exitCodes.complete);
  return worst ?? (totals.failed + totals.unknown > 0 ? exitCodes.rowsFailed : exitCodes.complete);
}

/**
 * The exit code of a dry run: as if the import ended as the dry run expects. Rows that cannot be sent count as failed,
 * and so do those that a live check says the API would refuse.
 */
export function exitCodeOfDryRun({
  sendable,
  malformed,
  live,
}: Pick<DryRun, 'sendable' | 'malformed' | 'live'>): number {
  const refused = live?.rowsRefused ?? 0;
  if (sendable === refused) return endStatuses.failed.exitCode;
  return malformed + refused > 0 ? exitCodes.rowsFailed : exitCodes.complete;
}
