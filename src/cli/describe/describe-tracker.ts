import type { WorkflowExecutionDescription } from '@temporalio/client';
import { rowsResults } from '../../client/rows-results';
import type { FinishedOutcome, ImportOutcome } from '../../core/tracker/outcome';
import { shellWord } from '../../temporal/shell-word';
import { describeProgress } from '../../core/details/summaries';
import { timeLeft } from '../terminal/time-left';
import type { TrackingState } from '../../core/tracker/status';
import type { FoundWorkflow } from '../../temporal/finding/find-import';
import { decisiveRun, type TrackerRun } from '../../temporal/finding/tracker-run';
import { commandTarget } from '../../temporal/links';
import { describeTracker } from '../../temporal/trackers';
import { knownOfRun, type KnownOfRun } from '../../temporal/finding/known-of-run';
import { printPage, type NextStep, type Page, type WorkflowResult } from './describe-page';
import { silentToDo } from './known-facts';
import { printFact } from './print-fact';
import { isPast, trackerToDo } from './what-to-do';
import { exitCodeOfOutcome } from '../exit-code-of-end';
import { exitCodes } from '../exit-codes';
import { programLine } from '../command-line';
import { printOutcome } from '../track/print-outcome';

/** Prints a page about an import: what Temporal and its tracker know, how it ended, and possible actions. */
export async function describeImport(page: Page, { runId, runs }: FoundWorkflow): Promise<void> {
  const described = await describeTracker(page.client, page.workflowId, runId);
  const { execution, state } = described;
  const known = await knownOfRun(page.client, execution, state === null);
  await printPage(page, {
    ...described,
    known,
    toDo: (end: WorkflowResult<ImportOutcome>) => {
      if (execution.status.name !== 'RUNNING') return closedToDo(known, end);
      if (state === null) return silentToDo(known);
      const { problem, expiresAt } = state;
      return trackerToDo(
        { status: 'processing', problem: problem?.code ?? null, expiresAt },
        null,
        Date.now(),
      );
    },
    printState: printTrackerState,
    printOutcome,
    more: { fields: { runs: runs.map(shownRun) }, print: () => printOtherRuns(runs, runId) },
    acts: (where, outcome: ImportOutcome | null) => {
      if (execution.status.name !== 'RUNNING') return closedActs(execution, known, outcome);
      const target = commandTarget(where);
      return [
        ['Poll at once', `temporal workflow signal ${target} --name pollNow`],
        ['Stop tracking', `temporal workflow cancel ${target}`],
      ];
    },
  });
}

/** What to do about a closed tracker. */
function closedToDo(
  known: KnownOfRun,
  { outcome, failureType, unreadable }: WorkflowResult<ImportOutcome>,
): string | null {
  if (outcome !== null && exitCodeOfOutcome(outcome) === exitCodes.complete) return null;
  if (unreadable !== null) return null;
  const status = outcome?.status ?? (failureType === null ? known.status : 'error');
  const ofOutcome = outcome !== null && 'problem' in outcome ? (outcome.problem?.code ?? null) : null;
  return trackerToDo(
    { status, problem: ofOutcome ?? known.problem, expiresAt: known.expiresAt },
    failureType,
    Date.now(),
  );
}

/**
 * Possible actions for a closed tracker: read the rows, or track the import again if it may still be running and the
 * API may still know it.
 */
function closedActs(
  { workflowId }: WorkflowExecutionDescription,
  { teamId, jobId, expiresAt }: KnownOfRun,
  outcome: ImportOutcome | null,
): NextStep[] {
  if (outcome?.status === 'expired' || outcome?.status === 'lost') return [];
  if (outcome !== null && outcome.status !== 'timed_out') return rowActs(workflowId, outcome);
  if (teamId === null || jobId === null || isPast(expiresAt, Date.now())) return [];
  return [['Track it again', programLine('track', jobId, `--team ${shellWord(teamId)}`)]];
}

function rowActs(workflowId: string, outcome: FinishedOutcome): NextStep[] {
  const results = rowsResults(outcome, false);
  if (!('missing' in results)) return [['Its rows', programLine('results', workflowId)]];
  if (results.missing !== 'failed_only') return [];
  return [['Its failed rows', programLine('results', workflowId, '--failed')]];
}

const afterRetention = 'AFTER RETENTION ENDS: the API may have deleted its results by then';

function describeEstimate(progress: TrackingState['progress'], expiresAt: string | null): string {
  const { estimatedEndAt } = progress;
  const left = timeLeft(progress, Date.now());
  const late = estimatedEndAt !== null && expiresAt !== null && estimatedEndAt > expiresAt;
  return [estimatedEndAt ?? 'not known', left, late ? afterRetention : null]
    .filter((part) => part !== null)
    .join(', ');
}

function printTrackerState(state: TrackingState, failure: string | null): void {
  const { job, phase, progress, polls, lastPollAt, nextPollAt, expiresAt, problem } = state;
  printFact('Import', `${job?.status ?? 'not seen yet'}, tracker ${phase}`);
  printFact('Progress', describeProgress(progress));
  if (phase !== 'done') printFact('Estimated', describeEstimate(progress, expiresAt));
  printFact('Polls', `${polls}, last ${lastPollAt ?? 'none'}, next ${nextPollAt ?? 'none'}`);
  printFact('Kept until', expiresAt ?? 'not known');
  printFact('Problem', problem === null ? 'none' : describeProblem(problem, failure));
}

/** Leaves out the message if the failure, which is printed below, is in the same words. */
const describeProblem = (
  { code, since, message }: NonNullable<TrackingState['problem']>,
  failure: string | null,
): string => `${code} since ${since}${message === failure ? '' : `: ${message}`}`;

const shownRun = ({ workflowId, runId, status, startedAt, endedAt }: TrackerRun) => ({
  workflowId,
  runId,
  status,
  startedAt,
  endedAt,
});

/** Prints what other runs found: how the import ended if this run is open, or what came after this run. */
function printOtherRuns(runs: readonly TrackerRun[], runId: string): void {
  const shown = runs.findIndex((run) => run.runId === runId);
  const decisive = decisiveRun(runs);
  if (decisive !== null && decisive.runId !== runId)
    printFact(
      'Before',
      `${decisive.status} at ${decisive.endedAt}, by ${named(decisive)}; this is the outcome`,
    );
  for (const run of runs.slice(0, Math.max(0, shown)))
    printFact('Later', `${run.status}, by ${named(run)} from ${run.startedAt} to ${run.endedAt}`);
}

const named = ({ workflowId, runId }: TrackerRun): string => `run ${runId} of ${workflowId}`;
