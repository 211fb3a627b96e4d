import type { PollingInput } from '../../src/core/tracker/polling';
import { pollByGax, pollBySmithy } from './libraries';
import type { Found } from './measure';
import type { Random } from '../../src/cli/budget/random';
import { pollTimes } from '../../src/cli/budget/poll-times';
import type { Trace } from '../../src/cli/budget/traces';

/** A way to wait for jobs. Limits of attempts or time are lifted, or it would not find the end. */
export interface Policy {
  name: string;
  /** Its parameters, and their source. */
  source: string;
  follow(traces: Trace[], random: Random): Found[] | Promise<Found[]>;
}

/** Name of our default policy. */
export const ourName = 'prism-imports';

const ours = (suffix: string, polling: PollingInput): Policy => ({
  name: `${ourName}${suffix}`,
  source: `src/core/tracker/schedule.ts with ${JSON.stringify(polling)}`,
  follow: (traces, random) =>
    traces.map((trace) => {
      const polls = pollTimes(trace, polling, random);
      return { polls: polls.length, atMs: polls.at(-1) ?? 0 };
    }),
});

/** A poller that polls at once, and then after each wait. */
const waiting = (
  name: string,
  source: string,
  waitMs: (attempt: number, random: Random) => number,
): Policy => ({
  name,
  source,
  follow: (traces, random) =>
    traces.map(({ durationMs }) => {
      const found = { polls: 1, atMs: 0 };
      while (found.atMs < durationMs) found.atMs += waitMs(found.polls++, random);
      return found;
    }),
});

const fixed = (seconds: number): Policy => ({
  name: `every ${seconds} s`,
  source: `fixed interval, first poll after ${seconds} s`,
  follow: (traces) =>
    traces.map(({ durationMs }) => {
      const polls = Math.max(1, Math.ceil(durationMs / (1000 * seconds)));
      return { polls, atMs: polls * seconds * 1000 };
    }),
});

/** Full jitter in whole seconds, at least one: the unit of a durable wait (Lambda API, WaitOptions). */
const durableWaitMs = (attempt: number, random: Random) =>
  1000 * Math.max(1, Math.round(random.uniform() * Math.min(300, 5 * 1.5 ** (attempt - 1))));

/** Every policy of the lab: ours with several coefficients, and common ones. */
export const policies: Policy[] = [
  ours('', {}),
  ...[1.05, 1.1, 1.5, 2].map((backoffCoefficient) =>
    ours(` (backoffCoefficient ${backoffCoefficient})`, { backoffCoefficient }),
  ),
  ours(' (adaptive false)', { adaptive: false }),
  {
    name: '@smithy/util-waiter',
    source: 'the installed library, its defaults: 2 s to 120 s, doubled, full jitter',
    follow: pollBySmithy,
  },
  {
    name: 'google-gax',
    source: 'the installed library, createDefaultBackoffSettings: 0.1 s to 60 s, times 1.3',
    follow: pollByGax,
  },
  waiting(
    'Temporal default retry policy',
    'docs.temporal.io, Retry Policies: 1 s, doubled, at most 100 s, no limit of attempts',
    (attempt) => Math.min(100_000, 1000 * 2 ** (attempt - 1)),
  ),
  waiting(
    'AWS durable waitForCondition',
    'WaitStrategies.Presets.DEFAULT: 5 s to 300 s, times 1.5, full jitter; its limit of 60 attempts is lifted',
    durableWaitMs,
  ),
  ...[5, 10, 30, 60].map(fixed),
];
