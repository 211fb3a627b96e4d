import { adviceOn, failureAdvice, problemAdvice } from '../../core/details/advice';
import { failureTypes } from '../../core/failures';
import { endStatusNames } from '../../core/tracker/end-statuses';
import { problemCodes } from '../../core/tracker/outcome';

const seeProblems = (advice: string): string => `${advice} See docs/problems.md`;

/** What to do about a problem of an open pipeline, in the words of the Temporal UI; null if there is no advice. */
export function problemToDo(code: string | null): string | null {
  const known = problemCodes.find((each) => each === code);
  return known === undefined ? null : seeProblems(problemAdvice[known]);
}

/** What to do about a failure, by its type; null without a failure. */
export function failureToDo(type: string | null): string | null {
  if (type === null) return null;
  const known = failureTypes.find((each) => each === type);
  return seeProblems(known === undefined ? 'Read the failure and fix its cause.' : failureAdvice[known]);
}

/** A tracker's state as lists show it; any text, known or not. */
interface ShownStanding {
  status: string;
  problem: string | null;
  /** Until when the API keeps the import, ISO 8601 UTC; null if unknown. */
  expiresAt: string | null;
}

/** What to do about a tracker, from everything known about it, in the words of the Temporal UI; null if nothing. */
export function trackerToDo(
  { status, problem, expiresAt }: ShownStanding,
  failureType: string | null,
  nowMs: number,
): string | null {
  const isOver = isPast(expiresAt, nowMs);
  if (status === 'error' && !isOver && failureType !== null) return failureToDo(failureType);
  const known = (['processing', ...endStatusNames] as const).find(
    (each) => each === (status === 'terminated' ? 'cancelled' : status),
  );
  // `expired` on an open import has its own advice.
  if (known === undefined || known === 'expired') return null;
  const code = problemCodes.find((each) => each === problem) ?? null;
  const advice = adviceOn({ status: known, problem: code, isOver });
  return advice === null ? null : seeProblems(advice);
}

/** Whether a time is known and has passed. */
export const isPast = (time: string | null, nowMs: number): boolean =>
  time !== null && Date.parse(time) <= nowMs;
