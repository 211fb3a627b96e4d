import { failureAdvice, problemAdvice } from '../../core/details/advice';
import { failureTypes } from '../../core/failures';
import { endStatuses, endStatusNames } from '../../core/tracker/end-statuses';
import { problemCodes } from '../../core/tracker/outcome';

const seeProblems = (advice: string): string => `${advice} See docs/problems.md`;

/** What to do about a problem of something that goes on, as the Temporal UI says it; null when nothing is known. */
export function problemToDo(code: string | null): string | null {
  const known = problemCodes.find((each) => each === code);
  return known === undefined ? null : seeProblems(problemAdvice[known]);
}

/** What to do about a failure, by its type; null for no failure. */
export function failureToDo(type: string | null): string | null {
  if (type === null) return null;
  const known = failureTypes.find((each) => each === type);
  return seeProblems(known === undefined ? 'Read the failure and mend its cause.' : failureAdvice[known]);
}

/** What to do about an end that is not as one would have it, by its status as lists show it; null for others. */
export function endToDo(status: string): string | null {
  if (status === 'terminated') return seeProblems(endStatuses.cancelled.advice);
  const known = endStatusNames.find((each) => each === status);
  // What an expired import says of itself has its own advice.
  return known === undefined || known === 'expired' ? null : seeProblems(endStatuses[known].advice);
}
