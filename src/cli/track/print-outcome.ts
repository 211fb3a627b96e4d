import { counted } from '../../core/details/markdown';
import type { FinishedOutcome, ImportOutcome } from '../../core/tracker/outcome';
import { print, printLine } from '../terminal/output';

/** Prints how an import ended, for people. */
export function printOutcome(outcome: ImportOutcome): void {
  print(`Import ${outcome.jobId}: ${outcome.status} after ${counted(outcome.tracking.polls, 'poll')}`);
  if ('job' in outcome) return printFinished(outcome);
  switch (outcome.status) {
    case 'expired':
      printLine(outcome.message);
      break;
    case 'lost':
      printLine(
        `It is unknown how it ended${outcome.problem === null ? '' : `: ${outcome.problem.message}`}. Check in Micro for its records.`,
      );
      break;
    case 'timed_out':
      printLine(
        outcome.problem === null ? 'The import was still processing.' : `Problem: ${outcome.problem.message}`,
      );
      break;
  }
}

function printFinished(outcome: FinishedOutcome): void {
  const { job, resultsRef, resultsOmitted, failedResults, failedOmitted = 0 } = outcome;
  const { total, succeeded, failed, error } = job;
  print(`Rows: ${total ?? 'unknown'}, succeeded ${succeeded ?? 'unknown'}, failed ${failed ?? 'unknown'}`);
  if (error) printLine(`Error: ${error.code ?? 'no code'}: ${error.message ?? 'no message'}`);
  if (failedResults !== undefined && failedResults.length + failedOmitted > 0) {
    const isAll = failedOmitted === 0 ? '' : `, ${failedOmitted} more are not`;
    print(`Failed rows: ${failedResults.length} in the outcome${isAll} (\`--json\` prints it)`);
  }
  if (resultsRef !== null) print(`Results: ${resultsRef.uri}`);
  if (resultsOmitted)
    print('Results: not stored (set PRISM_STORAGE to store results that are too large for Temporal)');
}
