import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow } from '@temporalio/client';
import type { EmbeddedTemporal } from '../../src/dev/embedded-temporal';
import type { PrismEmulator } from 'prism-emulator';
import { withChild } from './child-process';
import type { BundleOf } from './bundles';
import type { CostPolicy } from './cost-policies';
import type { CostWorkerRole, WorkerUsage } from './cost-worker';
import { historyCost } from './history-cost';

/** What all policies share. */
export interface CostSite {
  temporal: EmbeddedTemporal;
  emulator: PrismEmulator;
  bundleOf: BundleOf;
}

/** The average cost of tracking an import; memory is the worker's. */
export interface FollowCost {
  polls: number;
  events: number;
  historyBytes: number;
  /** Billable actions, including heartbeats. */
  actions: number;
  cpuMs: number;
  cpuMsPerPoll: number;
  peakRssMb: number;
  /** From the end of an import to the end of the workflow. */
  delayMs: number;
}

interface Task {
  taskQueue: string;
  imports: number;
}

const teamId = 'acme';

/**
 * Imports that a worker tracks before the measurement: workers run for weeks, but compile their code in the first
 * seconds.
 */
const warmUp = { imports: 50, durationMs: 10_000 };

/** Tracks imports of one duration at the same time, with a worker of their own. */
export function followMany(
  site: CostSite,
  policy: CostPolicy,
  task: Task & { durationMs: number },
): Promise<FollowCost> {
  return withWorker(site, policy, task.taskQueue, async (usage) => {
    const early = await createJobs(site, warmUp.imports, warmUp.durationMs);
    await follow(site, policy, task.taskQueue, early);
    const before = await usage();
    const { jobs, runs } = await followInTurn(site, policy, task);
    const after = await usage();
    const polls = pollsOf(site, jobs);
    const histories = await Promise.all(runs.map((run) => costOf(site, run)));
    const mean = (total: number) => total / task.imports;
    const sum = (of: (cost: (typeof histories)[number]) => number) =>
      mean(histories.reduce((total, each) => total + of(each), 0));
    return {
      polls: mean(polls),
      events: sum(({ events }) => events),
      historyBytes: sum(({ bytes }) => bytes),
      actions: sum(({ actions }) => actions) + mean(after.heartbeats - before.heartbeats),
      cpuMs: mean(after.cpuMs - before.cpuMs),
      cpuMsPerPoll: (after.cpuMs - before.cpuMs) / polls,
      peakRssMb: after.peakRssMb,
      delayMs: sum(({ workedMs }) => workedMs) - task.durationMs,
    };
  });
}

/**
 * Tracks many imports that have already ended. Returns how many were tracked per second, from the first start to the
 * last end.
 */
export function followBurst(
  site: CostSite,
  policy: CostPolicy,
  { taskQueue, imports }: Task,
): Promise<number> {
  return withWorker(site, policy, taskQueue, async () => {
    const jobs = await createJobs(site, imports, 1);
    const beganAt = performance.now();
    await follow(site, policy, taskQueue, jobs);
    return imports / ((performance.now() - beganAt) / 1000);
  });
}

function withWorker<T>(
  { temporal: { address }, emulator: { baseUrl }, bundleOf }: CostSite,
  { workflow }: CostPolicy,
  taskQueue: string,
  use: (usage: () => Promise<WorkerUsage>) => Promise<T>,
): Promise<T> {
  const role: CostWorkerRole = { address, taskQueue, bundlePath: bundleOf(workflow), baseUrl };
  return withChild<string, WorkerUsage, T>(['cost', 'serve', JSON.stringify(role)], ({ usage }) =>
    use(usage),
  );
}

const createJob = ({ emulator }: CostSite, durationMs: number): Promise<string> =>
  emulator.controller.createJob({ teamId, duration: durationMs, total: 1000 });

async function createJobs(site: CostSite, count: number, durationMs: number): Promise<string[]> {
  const jobs: string[] = [];
  for (let job = 0; job < count; job++) jobs.push(await createJob(site, durationMs));
  return jobs;
}

interface Run {
  workflowId: string;
  runId: string;
}

/**
 * Starts imports one after another, spread evenly over their duration, as in production. Started at once, they would be
 * polled at once.
 */
async function followInTurn(
  site: CostSite,
  policy: CostPolicy,
  { taskQueue, imports, durationMs }: Task & { durationMs: number },
): Promise<{ jobs: string[]; runs: Run[] }> {
  const jobs: string[] = [];
  const runs: Promise<Run>[] = [];
  const beganAt = performance.now();
  for (let index = 0; index < imports; index++) {
    await sleep(beganAt + (index / imports) * durationMs - performance.now());
    const job = await createJob(site, durationMs);
    jobs.push(job);
    runs.push(followOne(site, policy, taskQueue, job));
  }
  return { jobs, runs: await Promise.all(runs) };
}

/** Runs the policy for every job to its end. */
const follow = (site: CostSite, policy: CostPolicy, taskQueue: string, jobs: string[]): Promise<Run[]> =>
  Promise.all(jobs.map((jobId) => followOne(site, policy, taskQueue, jobId)));

async function followOne(
  { temporal: { client } }: CostSite,
  { workflow, more, settings }: CostPolicy,
  taskQueue: string,
  jobId: string,
): Promise<Run> {
  const workflowId = randomUUID();
  const handle = await client.workflow.start<Workflow>(workflow, {
    taskQueue,
    workflowId,
    args: [{ teamId, jobId, ...more }, ...settings],
  });
  await handle.result();
  return { workflowId, runId: handle.firstExecutionRunId };
}

function pollsOf({ emulator }: CostSite, jobs: string[]): number {
  const ids = new Set<string | null>(jobs);
  return emulator.controller.journal.filter(({ jobId }) => ids.has(jobId)).length;
}

async function costOf({ temporal: { client } }: CostSite, { workflowId, runId }: Run) {
  const { historySize, startTime, closeTime } = await client.workflow.getHandle(workflowId, runId).describe();
  const workedMs = (closeTime?.getTime() ?? NaN) - startTime.getTime();
  return { ...(await historyCost(client, workflowId, runId)), bytes: historySize ?? 0, workedMs };
}
