/**
 * Runs the unmodified pollers of two installed libraries. They use the process's timers, clock and random numbers,
 * which are mocked and advanced from timer to timer.
 */
import { mock } from 'node:test';
import { createWaiter, WaiterState, waiterServiceDefaults } from '@smithy/util-waiter';
import { createDefaultBackoffSettings, LongrunningDescriptor, operation } from 'google-gax';
import type { Found } from './measure';
import type { Random } from '../../src/cli/budget/random';
import type { Trace } from '../../src/cli/budget/traces';

/** Polls whether the job has ended, and counts. */
type Ask = () => boolean;

/** A poller that resolves once `ask` returns true. */
type Poller = (ask: Ask) => Promise<unknown>;

/**
 * The waiter of the AWS SDK for JavaScript with its defaults: 2 s to 120 s, doubled, with full jitter. Its time limit
 * is out of reach.
 */
const waitBySmithy: Poller = (ask) =>
  createWaiter({ ...waiterServiceDefaults, client: null, maxWaitTime: 1e9 }, null, () =>
    Promise.resolve({ state: ask() ? WaiterState.SUCCESS : WaiterState.RETRY }),
  );

/** The content of an operation does not matter here. */
const decode = (() => ({})) as unknown as ConstructorParameters<typeof LongrunningDescriptor>[1];

/** A long-running operation of the Google Cloud clients, with the library's default backoff. */
const waitByGax: Poller = (ask) => {
  const service = { getOperationInternal: () => Promise.resolve([{ name: 'job', done: ask() }]) };
  const descriptor = new LongrunningDescriptor(
    // Polling calls only this method of the operations client.
    service as unknown as ConstructorParameters<typeof LongrunningDescriptor>[0],
    decode,
    decode,
  );
  const begun = { name: 'job', done: false } as Parameters<typeof operation>[0];
  return operation(begun, descriptor, createDefaultBackoffSettings()).promise();
};

/** Polls every job with the waiter of @smithy/util-waiter. */
export const pollBySmithy = (traces: Trace[], random: Random): Promise<Found[]> =>
  inVirtualTime(traces, random, waitBySmithy);

/** Polls every job with an operation of google-gax. */
export const pollByGax = (traces: Trace[], random: Random): Promise<Found[]> =>
  inVirtualTime(traces, random, waitByGax);

async function inVirtualTime(traces: Trace[], random: Random, poller: Poller): Promise<Found[]> {
  const roll = mock.method(Math, 'random', () => random.uniform());
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  try {
    const found: Found[] = [];
    for (const trace of traces) found.push(await follow(trace, poller));
    return found;
  } finally {
    mock.timers.reset();
    roll.mock.restore();
  }
}

/** Polls one job: whenever the poller sleeps, its only timer fires. */
async function follow({ durationMs }: Trace, poller: Poller): Promise<Found> {
  const beganMs = Date.now();
  const found: Found = { polls: 0, atMs: 0 };
  let isOver = false;
  const end = poller(() => {
    found.polls++;
    found.atMs = Date.now() - beganMs;
    return found.atMs >= durationMs;
  }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(setImmediate);
    mock.timers.runAll();
  }
  await end;
  return found;
}
