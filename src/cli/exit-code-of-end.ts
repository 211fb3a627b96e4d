import type { ImportReport } from '../core/pipeline/report';
import { rowOutcome } from '../core/api/import-job';
import type { DryRun } from './import/dry-run-text';
import { endStatuses, outcomeStatusNames } from '../core/tracker/end-statuses';
import type { ImportOutcome } from '../core/tracker/outcome';
import { exitCodes } from './exit-codes';

/**
 * The exit code for an import's outcome. Failed rows are counted by the API, or in the inline results if it does not.
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
 * The exit code for a pipeline's report: that of its worst import, else whether every row was imported. A failed import
 * does not count if every row was imported, by it or by another one.
 */
export function exitCodeOfReport({ totals, importsByStatus }: ImportReport): number {
  if (totals.rows > 0 && totals.failed + totals.unknown === 0) return exitCodes.complete;
  const occurred = outcomeStatusNames.filter((status) => importsByStatus[status] !== undefined);
  const codes = occurred.map((status): number => endStatuses[status].exitCode);
  const worst = codes.find((code) => code !== exitCodes.complete);
  return worst ?? (totals.failed + totals.unknown > 0 ? exitCodes.rowsFailed : exitCodes.complete);
}

/**
 * The exit code of a dry run: that of an import that ends as the dry run expects. Rows that cannot be sent count as
 * failed, and so do rows that the API would refuse according to a live check.
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
