import { workflowInfo } from '@temporalio/workflow';
import type { InputProblem } from '../../core/validation';

/**
 * Refuses a state that no run before this one can have handed over: where there was none, and, by the rules of release
 * 0.2, under a cron schedule, whose every run has the input of the first. That there was a run before does not prove
 * that the state is its own: what is in it is checked by value, and activities go by the workflow that asks.
 */
export function carriedFromOutside(carried: unknown, release02: boolean): InputProblem[] {
  if (carried === undefined) return [];
  const { continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  const bySchedule = release02 && Boolean(cronSchedule);
  if (continuedFromExecutionRunId !== undefined && !bySchedule) return [];
  return [{ field: 'carried', seen: 'a value', accepted: 'no such field' }];
}

/**
 * Whether the history has grown so long that a new run must go on: when the server suggests it or, by the rules of
 * release 0.2, at `mostEvents`. By these never under a cron schedule, where no state can be handed over: such a run
 * stays one.
 */
export function mustHandOver(release02: boolean, mostEvents = Infinity): boolean {
  const { continueAsNewSuggested, cronSchedule, historyLength } = workflowInfo();
  if (!release02) return continueAsNewSuggested;
  return !cronSchedule && (continueAsNewSuggested || historyLength >= mostEvents);
}
