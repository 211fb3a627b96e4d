import type { KnownOfRun } from '../../temporal/finding/known-of-run';
import { noWorkerText } from '../list/list-table';
import { printFact } from './print-fact';

/** Prints the facts that need no answer from a worker. */
export function printOrigin({ teamId, jobId, startedBy }: KnownOfRun): void {
  if (jobId !== null) printFact('Job', `${jobId}${teamId === null ? '' : ` of team ${teamId}`}`);
  else if (teamId !== null) printFact('Team', teamId);
  if (startedBy !== null) printFact('Started by', startedBy);
}

/**
 * Prints what index and history know about a workflow for which no worker answered. Leaves out the problem if
 * `failure`, which is printed below, says it.
 */
export function printKnown(
  { status, expiresAt, problem, lastPollAt, heldUp }: KnownOfRun,
  failure: string | null,
): void {
  printFact('Import', `${status}, from the search attributes`);
  if (lastPollAt !== null) printFact('Last poll', lastPollAt);
  if (expiresAt !== null) printFact('Kept until', expiresAt);
  const isSaid = failure !== null && (problem === null || problem.includes(failure));
  if (!isSaid) printFact('Problem', problem ?? 'none published');
  if (heldUp?.stalled) printFact('Stalled', heldUp.stalled);
  if (heldUp !== null && heldUp.unserved.length > 0)
    printFact('No worker', noWorkerText(heldUp.unserved, heldUp.taskQueue ?? ''));
}

/** What to do if no worker answers for an open workflow. */
export const silentToDo = ({ heldUp }: KnownOfRun): string =>
  heldUp !== null && heldUp.unserved.length > 0
    ? 'Start a worker: the workflow resumes where it stopped.'
    : 'A worker polled recently but does not answer: check that it still runs, and read its log.';
