import { workflowInfo } from '@temporalio/workflow';
import type { InputProblem } from '../../core/validation';

/**
 * Refuses a state that no previous run can have handed over: there was none, or, by the rules of release 0.2, the
 * workflow has a cron schedule, whose every run has the input of the first. A previous run does not prove that the
 * state is its own, so its values are checked too, and activities rely on the calling workflow instead.
 */
export function carriedFromOutside(carried: unknown, release02: boolean): InputProblem[] {
  if (carried === undefined) return [];
  const { continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  const bySchedule = release02 && Boolean(cronSchedule);
  if (continuedFromExecutionRunId !== undefined && !bySchedule) return [];
  return [{ field: 'carried', seen: 'a value', accepted: 'no such field' }];
}

/**
 * Whether the history is so long that the workflow must continue as new: when the server suggests it or, by the rules
 * of release 0.2, at `mostEvents`. By these rules never under a cron schedule, which allows no state to be handed over:
 * such a workflow stays one run.
 */
export function mustHandOver(release02: boolean, mostEvents = Infinity): boolean {
  const { continueAsNewSuggested, cronSchedule, historyLength } = workflowInfo();
  if (!release02) return continueAsNewSuggested;
  return !cronSchedule && (continueAsNewSuggested || historyLength >= mostEvents);
}
