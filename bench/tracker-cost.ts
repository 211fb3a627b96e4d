/**
 * Measures what it costs to wait for one import, with the tracker and other policies: requests to the API, history
 * events, billable actions, and how late the end is noticed. Run by `npm run bench:tracker`; source of
 * docs/decisions/0001.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Workflow } from '@temporalio/client';
import { describeDuration, parseDuration } from '../src/core/duration';
import { writeBundles } from './support/bundles';
import { heartbeatsSent, startCostSite, taskQueue, type CostSite } from './support/cost-site';
import { historyCost } from './support/history-cost';

const help = `npm run bench:tracker -- [--longest DURATION] [--json]

  --longest DURATION  leaves out imports that take longer, of 3 min, 30 min and 6 d 23 h
  --json              prints the numbers as JSON

Temporal's time-skipping test server and the emulator, on this machine; takes about 4 minutes, with --longest 3m
one. Numbers with a ~ are computed from the shorter imports.
`;

const minute = 60_000;
const hour = 60 * minute;
const teamId = 'acme';

/** Durations of the imports; the longest ends an hour before it expires. */
const durations = [3 * minute, 30 * minute, 167 * hour];
/** Above this number, polls are extrapolated from shorter imports instead of made. */
const maxPolls = 2000;

interface Policy {
  name: string;
  workflow: string;
  /** Arguments in addition to the job. */
  settings: unknown[];
  /** Input of the workflow in addition to the job's ids. */
  input?: object;
  /** The policy's constant interval after the first three minutes; absent if it keeps growing. */
  intervalMs?: number;
}

const policies: Policy[] = [
  // Without progress, so that an import that ends earlier is polled at the same times.
  { name: 'trackImport', workflow: 'trackImport', settings: [], input: { polling: { adaptive: false } } },
  { name: "activity retries, the tracker's schedule", workflow: 'waitByRetries', settings: ['schedule'] },
  ...[2000, minute].map((initialInterval) => ({
    name: `activity retries, every ${describeDuration(initialInterval)}`,
    workflow: 'waitByRetries',
    settings: [{ initialInterval, backoffCoefficient: 1 }],
    intervalMs: initialInterval,
  })),
  // Temporal's defaults: after 1 s, then doubled each time, up to 100 s.
  {
    name: 'activity retries, default policy',
    workflow: 'waitByRetries',
    settings: [{}],
    intervalMs: 100_000,
  },
  { name: 'timers, every 5 s', workflow: 'waitByTimers', settings: [5000], intervalMs: 5000 },
];

/** The cost of one import under one policy. */
interface Cost {
  policy: string;
  durationMs: number;
  measured: boolean;
  requests: number;
  /** History events and billable actions over all runs of the workflow. */
  events: number;
  actions: number;
  /** How many of the actions are activity heartbeats. */
  heartbeats: number;
  /**
   * How late the end of an import is noticed, at worst and on average, if it can end at any time up to `durationMs`.
   */
  worstDelayMs: number;
  meanDelayMs: number;
}

export async function main(parameters: string[]): Promise<void> {
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) return void process.stdout.write(help);
  const folder = mkdtempSync(join(tmpdir(), 'bench-tracker-'));
  const costs: Cost[] = [];
  try {
    const bundleOf = await writeBundles(folder);
    for (const policy of policies) {
      const bundlePath = bundleOf(policy.workflow);
      for (const durationMs of durations.filter((each) => each <= options.maxMs)) {
        const isTooLong = durationMs / (policy.intervalMs ?? durationMs) > maxPolls;
        process.stderr.write(`bench:tracker: ${policy.name}, an import of ${describeDuration(durationMs)}\n`);
        costs.push(
          isTooLong
            ? extrapolate(costs.slice(-2), durationMs)
            : await measure(policy, bundlePath, durationMs),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(options.json ? `${JSON.stringify(costs, null, 2)}\n` : table(costs));
}

/** Parses the options; null if they are invalid, with the reason on standard error. */
function optionsOf(parameters: string[]): { maxMs: number; json: boolean; help: boolean } | null {
  const flag = { type: 'boolean', default: false } as const;
  const options = { longest: { type: 'string', default: '167h' }, json: flag, help: flag } as const;
  try {
    const { longest, json, help: isHelp } = parseArgs({ args: parameters, options }).values;
    const maxMs = parseDuration(longest) ?? 0;
    if (maxMs < Math.min(...durations))
      throw new Error(`--longest: saw "${longest}", expected a duration of 3 minutes at least, like 30m`);
    return { maxMs, json, help: isHelp };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

async function measure(
  { name, workflow, settings, input }: Policy,
  bundlePath: string,
  durationMs: number,
): Promise<Cost> {
  const site = await startCostSite(bundlePath);
  try {
    const jobId = randomUUID();
    await site.emulator.controller.createJob({ teamId, jobId, duration: durationMs, total: 1000 });
    const beganAtMs = await site.env.currentTimeMs();
    const heartbeatsBefore = await heartbeatsSent();
    const { client } = site.env;
    const handle = await client.workflow.start<Workflow>(workflow, {
      taskQueue,
      workflowId: jobId,
      args: [{ teamId, jobId, ...input }, ...settings],
    });
    await handle.result();
    const heartbeats = (await heartbeatsSent()) - heartbeatsBefore;
    const { events, actions } = await historyCost(client, jobId, handle.firstExecutionRunId);
    const polls = pollTimes(site, beganAtMs);
    return {
      policy: name,
      durationMs,
      measured: true,
      requests: polls.length,
      events,
      actions: actions + heartbeats,
      heartbeats,
      ...delays(polls, durationMs),
    };
  } finally {
    await site.close();
  }
}

/** When the API was polled, in milliseconds after the import started. */
function pollTimes({ emulator }: CostSite, beganAtMs: number): number[] {
  return emulator.controller.journal.map(({ at }) => Date.parse(at) - beganAtMs);
}

/**
 * The policies ignore progress, so an import that ends earlier is polled at the same times, and noticed at the next
 * poll.
 */
function delays(polls: number[], durationMs: number): Pick<Cost, 'worstDelayMs' | 'meanDelayMs'> {
  const gaps = polls.map((at, index) => at - (polls[index - 1] ?? 0));
  const squares = gaps.reduce((sum, gap) => sum + gap * gap, 0);
  return { worstDelayMs: Math.max(...gaps), meanDelayMs: squares / 2 / durationMs };
}

/** With a constant interval, cost is linear in time: extrapolates the line through two measured costs. */
function extrapolate([short, long]: Cost[], durationMs: number): Cost {
  if (short === undefined || long === undefined) throw new Error('two measured costs are needed');
  const share = (durationMs - long.durationMs) / (long.durationMs - short.durationMs);
  const onLine = (key: 'requests' | 'events' | 'actions' | 'heartbeats') =>
    Math.round(long[key] + share * (long[key] - short[key]));
  return {
    ...long,
    durationMs,
    measured: false,
    requests: onLine('requests'),
    events: onLine('events'),
    actions: onLine('actions'),
    heartbeats: onLine('heartbeats'),
  };
}

function table(costs: Cost[]): string {
  const head = ['Import of', 'Policy', 'Requests', 'Events', 'Actions', 'Delay mean', 'worst'];
  const rows = durations.flatMap((durationMs) =>
    costs.filter((cost) => cost.durationMs === durationMs).map(rowOf),
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = [head, ...rows].map((row) =>
    row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return `${lines.map((cells) => cells.join('  ')).join('\n')}\n\n~ computed from the shorter imports\n`;
}

function rowOf(cost: Cost): string[] {
  const number = (value: number) => `${cost.measured ? '' : '~'}${value.toLocaleString('en-US')}`;
  return [
    describeDuration(cost.durationMs),
    cost.policy,
    number(cost.requests),
    number(cost.events),
    number(cost.actions),
    seconds(cost.meanDelayMs),
    seconds(cost.worstDelayMs),
  ];
}

const seconds = (ms: number) => (ms < minute ? `${(ms / 1000).toFixed(1)} s` : describeDuration(ms));
