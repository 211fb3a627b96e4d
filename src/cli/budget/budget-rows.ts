import type { PollingInput } from '../../core/tracker/polling';
import { reservedPollTimes } from '../../core/tracker/schedule';
import { newState, pollTimes } from './poll-times';
import { seededRandom } from './random';
import type { Trace } from './traces';

/** A way to poll, by what it changes of the defaults. */
export interface BudgetPolicy {
  name: string;
  polling: PollingInput;
}

/** Imports that are alike. */
export interface BudgetJobs {
  /** How long they take, or where they come from. */
  name: string;
  /** Whether the API reports their progress. */
  progress: 'reported' | 'none' | 'as traced';
  traces: Trace[];
}

/** What such imports cost under a policy, and how many of them a month's requests carry. */
export interface BudgetRow {
  imports: string;
  progress: BudgetJobs['progress'];
  policy: string;
  polling: PollingInput;
  /** Mean number of polls of one. */
  polls: number;
  /** Mean time from its end to the poll that finds it, in seconds. */
  lateSeconds: number;
  importsPerMonth: number;
  /** The same where the polls come first that each may need at last, so that none is forgotten unseen. */
  importsPerMonthLastPollsKept: number;
}

/** Polls that save the results of an import: before the end of retention, just after it, and at the end of grace. */
export const lastPolls = reservedPollTimes(newState(0)).length;

/** What is told of in any case: the defaults, and what the docs advise when requests are dear. */
export const usualPolicies: BudgetPolicy[] = [
  { name: 'default', polling: {} },
  { name: 'initialInterval 30s', polling: { initialInterval: '30s' } },
  { name: 'backoffCoefficient 1.5', polling: { backoffCoefficient: 1.5 } },
  { name: 'backoffCoefficient 2', polling: { backoffCoefficient: 2 } },
];

/** A single duration may lie well or ill among the polls: so many are tried, from 0.7 to 1.4 times as long. */
const tries = 60;

/** Imports that take about so long, with their rows done one after another, and with no progress told. */
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
 * How many imports a month so many requests carry: each costs its polls, and `launchRequests` to be submitted. The
 * schedule is the tracker's own, replayed in virtual time as the polling lab does.
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
