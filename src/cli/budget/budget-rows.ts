import type { PollingInput } from '../../core/tracker/polling';
import { reservedPollTimes } from '../../core/tracker/schedule';
import { newState, pollTimes } from './poll-times';
import { seededRandom } from './random';
import type { Trace } from './traces';

/** A polling policy, as changes to the defaults. */
export interface BudgetPolicy {
  name: string;
  polling: PollingInput;
}

/** A group of similar imports. */
export interface BudgetJobs {
  /** How long they take, or where they come from. */
  name: string;
  /** Whether the API reports their progress. */
  progress: 'reported' | 'none' | 'as traced';
  traces: Trace[];
}

/** The cost of such imports under a policy, and how many of them a monthly quota allows. */
export interface BudgetRow {
  imports: string;
  progress: BudgetJobs['progress'];
  policy: string;
  polling: PollingInput;
  /** Mean number of polls per import. */
  polls: number;
  /** Mean time from the end of an import to the poll that finds it, in seconds. */
  lateSeconds: number;
  importsPerMonth: number;
  /** The same if the last polls of each import are reserved first, so that none expires unseen. */
  importsPerMonthLastPollsKept: number;
}

/**
 * The number of polls that save an import's results: before retention ends, just after, and at the end of the grace
 * period.
 */
export const lastPolls = reservedPollTimes(newState(0)).length;

/** The policies that are always shown: the defaults, and what the docs advise if requests are scarce. */
export const usualPolicies: BudgetPolicy[] = [
  { name: 'default', polling: {} },
  { name: 'initialInterval 30s', polling: { initialInterval: '30s' } },
  { name: 'backoffCoefficient 1.5', polling: { backoffCoefficient: 1.5 } },
  { name: 'backoffCoefficient 2', polling: { backoffCoefficient: 2 } },
];

/**
 * A single duration may happen to fit the polls well or badly, so this many are tried, from 0.7 to 1.4 times as long.
 */
const tries = 60;

/** Imports of about this duration: once with rows finished one after another, once without reported progress. */
export function jobsOf(name: string, durationMs: number): BudgetJobs[] {
  const random = seededRandom(1);
  const durations = Array.from({ length: tries }, () => durationMs * 2 ** (random.uniform() - 0.5));
  const total = 1000;
  const straight = (ms: number): Trace => ({
    durationMs: ms,
    total,
    progress: [
      [0, 0],
      [ms, total],
    ],
  });
  const silent = (ms: number): Trace => ({ durationMs: ms, total, progress: [] });
  return [
    { name: `about ${name}`, progress: 'reported', traces: durations.map(straight) },
    { name: `about ${name}`, progress: 'none', traces: durations.map(silent) },
  ];
}

/**
 * Calculates how many imports a monthly quota allows: each costs its polls, and `launchRequests` to submit. Replays the
 * tracker's own schedule in virtual time, as the polling lab does.
 */
export function budgetRow(
  { name, progress, traces }: BudgetJobs,
  policy: BudgetPolicy,
  { requests, launchRequests }: { requests: number; launchRequests: number },
): BudgetRow {
  const random = seededRandom(1);
  let [polls, lateMs] = [0, 0];
  for (const trace of traces) {
    const times = pollTimes(trace, policy.polling, random);
    polls += times.length;
    lateMs += Math.max(0, (times.at(-1) ?? 0) - trace.durationMs);
  }
  const meanPolls = polls / traces.length;
  return {
    ...{ imports: name, progress, policy: policy.name, polling: policy.polling },
    polls: Math.round(meanPolls * 10) / 10,
    lateSeconds: Math.round(lateMs / traces.length / 1000),
    importsPerMonth: Math.floor(requests / (meanPolls + launchRequests)),
    importsPerMonthLastPollsKept: Math.floor(requests / (meanPolls + launchRequests + lastPolls)),
  };
}
