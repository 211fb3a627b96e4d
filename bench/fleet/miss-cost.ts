import { setTimeout as pause } from 'node:timers/promises';
import { startCohort, type Cohort } from './cohort';
import { processUsage } from './process-usage';
import type { Build, FleetSite, FleetWorker } from './site';

/** The worker's CPU time per poll, in milliseconds, by how often the import has been polled. */
export interface MissCost {
  build: Build;
  polls: number;
  /** While the worker caches the tracker. */
  hotMs: number;
  /** After the worker has restarted, so that it reads the whole history. */
  coldMs: number;
}

/** Minimum time between two polls of a tracker, however they are requested. */
const floorMs = 5500;
/** Enough for V8 to have compiled the code of a poll. */
const warmUpPolls = 10;
const [quickMs, neverMs] = [100, 7_200_000];

/** Measures both for several builds, with the same number of trackers each. */
export async function measureMisses(
  site: FleetSite,
  { builds, trackers, ages }: { builds: readonly Build[]; trackers: number; ages: readonly number[] },
  progress: (text: string) => void,
): Promise<MissCost[]> {
  const sides = await Promise.all(builds.map((build) => startSide(site, build, trackers)));
  const costs: MissCost[] = [];
  try {
    for (const age of ages) {
      progress(`polls of trackers that were polled ${age} times before`);
      await Promise.all(sides.map((side) => ageTo(side, age)));
      for (const side of sides) {
        const cost = await measure(site, side);
        costs.push(cost);
        progress(`${side.build}: ${cost.hotMs.toFixed(1)} ms, ${cost.coldMs.toFixed(1)} ms by a new worker`);
      }
    }
  } finally {
    await Promise.all(sides.map(({ worker }) => worker.stop()));
  }
  return costs;
}

/** A build with its worker, trackers that grow old, and trackers to warm up a new worker. */
interface Side {
  build: Build;
  taskQueue: string;
  worker: FleetWorker;
  cohort: Cohort;
  others: Cohort;
}

async function startSide(site: FleetSite, build: Build, size: number): Promise<Side> {
  const taskQueue = `fleet-misses-${build}`;
  const worker = await site.startWorker({ taskQueue, build });
  const start = () => startCohort(site, { taskQueue, size, intervalMs: neverMs });
  return { build, taskQueue, worker, cohort: await start(), others: await start() };
}

async function ageTo({ cohort }: Side, age: number): Promise<void> {
  await cohort.untilPolled(1);
  if (age > 1) {
    await cohort.setInterval(quickMs);
    await cohort.untilPolled(age);
  }
  await cohort.setInterval(neverMs);
}

async function measure(site: FleetSite, side: Side): Promise<MissCost> {
  const { build, taskQueue, cohort, others } = side;
  await side.worker.stop();
  side.worker = await site.startWorker({ taskQueue, build });
  const polls = sum(others.pollTimes()) / others.size();
  await others.setInterval(quickMs);
  await others.untilPolled(polls + warmUpPolls);
  await others.setInterval(neverMs);
  await pause(floorMs);
  const [before, trackers] = [sum(cohort.pollTimes()) / cohort.size(), cohort.size()];
  const coldMs = await costOfPolling(side.worker, cohort);
  await pause(floorMs);
  const hotMs = await costOfPolling(side.worker, cohort);
  return { build, polls: before, hotMs: hotMs / trackers, coldMs: coldMs / trackers };
}

async function costOfPolling({ pid }: FleetWorker, cohort: Cohort): Promise<number> {
  const before = processUsage(pid).cpuMs;
  await cohort.pollOnce();
  return processUsage(pid).cpuMs - before;
}

const sum = (times: number[][]): number => times.reduce((total, { length }) => total + length, 0);
