import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { audit, type Finding } from './audit';
import { startCallers } from './callers';
import { collectFacts } from './collect';
import { executeEvent } from './events';
import type { Facts } from './facts';
import { figuresOf, type Figures } from './figures';
import { Load } from './load';
import { describeEvent, ofWrites, type ChaosPlan } from './plan';
import { startSite, type Site } from './site';

/** The results of a run. */
export interface ChaosRun {
  facts: Facts;
  findings: Finding[];
  figures: Figures;
}

/** How long everything may take to end after the last event; later it counts as lost. */
const settleLimitMs = 600_000;

/** Options of a run. */
export interface RunOptions {
  /** Receives a line for each event. */
  say?: (line: string) => void;
  /** Aborts the run, which then rejects. */
  signal?: AbortSignal;
  /** Whether to keep logs, database and store of a run with findings, and print where they are. */
  keep?: boolean;
}

/** Executes a plan from start to audit, with everything new. */
export async function runPlan(
  plan: ChaosPlan,
  { say = () => undefined, signal, keep = false }: RunOptions = {},
): Promise<ChaosRun> {
  const startedAtMs = Date.now();
  const site = await startSite(plan);
  let findings: Finding[] = [];
  try {
    signal?.throwIfAborted();
    const callers = await startCallers(site);
    try {
      say(
        `${plan.imports} imports, ${plan.pipelines} pipelines, ${plan.events.length} events, store: ${plan.store}`,
      );
      const deadlineMs = Date.now() + plan.durationMs + settleLimitMs;
      const load = new Load(site, callers, plan, () => deadlineMs).run();
      load.catch(() => undefined); // thrown below
      await Promise.race([chaos(site, plan, say, signal), aborted(signal)]);
      say('nothing goes wrong any more; waiting for all to end');
      const loaded = await Promise.race([load, aborted(signal)]);
      say('all have ended; auditing');
      const facts = await collectFacts(site, loaded);
      findings = audit(facts);
      const wallMs = Date.now() - startedAtMs;
      const met = { kills: killsOf(site), failedWrites: failedWritesOf(site) };
      const figures = figuresOf(facts, findings, plan.events, met, wallMs);
      return { facts, findings, figures };
    } finally {
      await callers.stop();
    }
  } finally {
    const isKept = keep && findings.length > 0;
    if (isKept) say(`logs, database and store are in ${site.folder}`);
    await site.close(isKept);
  }
}

/** How often each process was killed while running. */
const killsOf = ({ processes }: Site): Record<string, number> =>
  Object.fromEntries(
    Object.entries(processes).flatMap(([name, { kills }]) => (kills === 0 ? [] : [[name, kills]])),
  );

/** How many writes failed, by fault. */
const failedWritesOf = ({ disk }: Site): Record<string, number> =>
  disk === null ? {} : Object.fromEntries(ofWrites.map((fault) => [fault, disk.failures(fault)]));

/** Executes all events at their times, then ends all faults. */
async function chaos(
  site: Site,
  { events, durationMs }: ChaosPlan,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  // One listener per timer; there are as many as events.
  if (signal !== undefined) setMaxListeners(0, signal);
  const happening = events.map(async (event) => {
    await pause(event.atMs, null, signal === undefined ? {} : { signal });
    say(describeEvent(event));
    await executeEvent(site, event);
  });
  await Promise.all([...happening, pause(durationMs)]);
  await site.emulator.removeRules();
}

async function aborted(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('The run was ended from outside')));
  });
}
