import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../support/wake-site';
import { startCohort, type Cohort } from './cohort';
import { lateness, pollsIn, type Lateness } from './lateness';
import { familyCpuMs, processUsage } from './process-usage';
import type { FleetSite, FleetWorker } from './site';

/** The cost of many open trackers for one worker. */
export interface FleetCost {
  trackers: number;
  /** How many trackers the worker caches at most. */
  cached: number;
  /** Trackers started per second, from the first start to the last first poll. */
  startsPerSecond: number;
  /**
   * Maximum polls per second, with up to 300 trackers polled without a pause. If there are more trackers than the
   * worker caches, these are 200, and it caches 50.
   */
  capacityPerSecond: number;
  /** Resident memory of the worker without trackers, and with all of them idle. */
  emptyRssBytes: number;
  rssBytes: number;
  /** Size of a tracker's history after its first poll. */
  historyBytes: number;
  /** Growth of the database for each tracker until its first poll; null if unknown. */
  storedBytes: number | null;
  /** At 70 % of the capacity. */
  hot: Load;
  /** The same after the worker was killed and restarted. */
  restarted: Load & { mostPollsInOneSecond: number; limitPerSecond: number };
}

/** The polls of a period. */
interface Load {
  pollsPerSecond: number;
  workerCpuMsPerPoll: number;
  /** With its database; null if the server is not ours. */
  serverCpuMsPerPoll: number | null;
  /** Resident memory of the worker at the end. */
  rssBytes: number;
  late: Lateness;
}

const taskQueue = 'fleet';
const [share, busyMs, quickMs, neverMs] = [0.7, 15_000, 100, 7_200_000];
/** How capacity is measured if there are more trackers than the worker caches: with misses, too. */
const withMisses = { size: 200, cached: 50 };

/** After this time, Temporal has handed a lost worker's tasks to another. */
const lostMs = 20_000;

/** Measures these figures step by step, with one worker that runs as in production. */
export async function measureFleet(
  site: FleetSite,
  { trackers, cached, seconds }: { trackers: number; cached: number; seconds: number },
  progress: (text: string) => void,
): Promise<FleetCost> {
  progress('how many polls a second it manages');
  const capacityPerSecond = await capacity(
    site,
    trackers > cached ? withMisses : { size: Math.min(trackers, 300), cached },
  );
  let worker = await site.startWorker({ taskQueue, cached });
  try {
    const emptyRssBytes = processUsage(worker.pid).rssBytes;
    progress(`${trackers} trackers are started`);
    const [beganAtMs, storedBefore] = [Date.now(), await site.server.storedBytes()];
    const cohort = await startCohort(site, { taskQueue, size: trackers, intervalMs: neverMs });
    await cohort.untilPolled(1);
    const lastMs = cohort.pollTimes().reduce((last, [first = 0]) => Math.max(last, first), 0);
    const { rssBytes } = processUsage(worker.pid);
    const historyBytes = await cohort.historyBytes();
    const storedAfter = await site.server.storedBytes();
    const intervalMs = Math.ceil((trackers / (share * capacityPerSecond)) * 1000);
    progress(`all are polled every ${(intervalMs / 1000).toFixed(1)} s`);
    await cohort.setInterval(intervalMs, intervalMs);
    // A poll of each tracker, and some more.
    const spanMs = Math.max(seconds * 1000, 1.2 * intervalMs);
    const { load: hot } = await observe(site, { worker, cohort, intervalMs, spanMs });
    progress(`polls were ${(hot.late.p95Ms / 1000).toFixed(1)} s late (p95)`);
    progress('the worker is killed, and another started');
    await worker.kill();
    const limitPerSecond = Math.ceil(2 * share * capacityPerSecond);
    worker = await site.startWorker({ taskQueue, cached, requestsPerSecond: limitPerSecond });
    const { load, times } = await observe(site, { worker, cohort, intervalMs, spanMs: spanMs + lostMs });
    return {
      ...{ trackers, cached, capacityPerSecond, emptyRssBytes, rssBytes, historyBytes, hot },
      storedBytes:
        storedBefore === null || storedAfter === null ? null : (storedAfter - storedBefore) / trackers,
      startsPerSecond: trackers / ((lastMs - beganAtMs) / 1000),
      restarted: { ...load, mostPollsInOneSecond: mostInOneSecond(times), limitPerSecond },
    };
  } finally {
    await worker.stop();
  }
}

async function capacity(
  site: FleetSite,
  { size, cached }: { size: number; cached: number },
): Promise<number> {
  const worker = await site.startWorker({ taskQueue, cached });
  try {
    const busy = await startCohort(site, { taskQueue, size, intervalMs: quickMs });
    // Not until they are idle, which a worker at its limit never is.
    await waitFor(() => Promise.resolve(busy.pollTimes().every(({ length }) => length >= 2)), 10);
    const [fromMs] = [Date.now(), await pause(busyMs)];
    const polls = pollsIn(busy.pollTimes(), fromMs, Date.now());
    await busy.terminate();
    return polls.length / (busyMs / 1000);
  } finally {
    await worker.stop();
  }
}

async function observe(
  { server }: FleetSite,
  span: { worker: FleetWorker; cohort: Cohort; intervalMs: number; spanMs: number },
): Promise<{ load: Load; times: number[] }> {
  const { worker, cohort, intervalMs, spanMs } = span;
  const used = () => [
    processUsage(worker.pid).cpuMs,
    server.pids.reduce((sum, pid) => sum + familyCpuMs(pid), 0),
  ];
  const [before, fromMs] = [used(), Date.now()];
  await pause(spanMs);
  const [after, untilMs] = [used(), Date.now()];
  const times = pollsIn(cohort.pollTimes(), fromMs, untilMs);
  const each = (index: number) => ((after[index] ?? 0) - (before[index] ?? 0)) / Math.max(1, times.length);
  return {
    times,
    load: {
      pollsPerSecond: times.length / ((untilMs - fromMs) / 1000),
      workerCpuMsPerPoll: each(0),
      serverCpuMsPerPoll: server.pids.length === 0 ? null : each(1),
      rssBytes: processUsage(worker.pid).rssBytes,
      late: lateness(cohort.pollTimes(), { intervalMs, fromMs, untilMs }),
    },
  };
}

function mostInOneSecond(times: number[]): number {
  const counts = new Map<number, number>();
  for (const at of times) counts.set(Math.floor(at / 1000), (counts.get(Math.floor(at / 1000)) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
