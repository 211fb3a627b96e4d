import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { audit, type Finding } from './audit';
import { startCallers } from './callers';
import { collectFacts } from './collect';
import { happen } from './events';
import type { Facts } from './facts';
import { figuresOf, type Figures } from './figures';
import { Load } from './load';
import { describeEvent, type ChaosPlan } from './plan';
import { startSite, type Site } from './site';

/** What a run has shown. */
export interface ChaosRun {
  facts: Facts;
  findings: Finding[];
  figures: Figures;
}

/** So long after the last event everything may take to end; then it is lost. */
const settleLimitMs = 600_000;

/** How a run goes on. */
export interface RunOptions {
  /** Told of what happens. */
  say?: (line: string) => void;
  /** Ends the run, which then rejects. */
  signal?: AbortSignal;
  /** Whether logs, database and store of a run that finds anything are kept, and where is said. */
  keep?: boolean;
}

/** Runs a plan from start to audit, each time with everything new. */
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
      const figures = figuresOf(facts, findings, plan.events, killsOf(site), wallMs);
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

/** How often each process was killed while it ran. */
const killsOf = ({ processes }: Site): Record<string, number> =>
  Object.fromEntries(
    Object.entries(processes).flatMap(([name, { kills }]) => (kills === 0 ? [] : [[name, kills]])),
  );

/** Lets all events happen in their time; then nothing is spoilt any more. */
async function chaos(
  site: Site,
  { events, durationMs }: ChaosPlan,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  // One a timer; there are as many as events.
  if (signal !== undefined) setMaxListeners(0, signal);
  const happening = events.map(async (event) => {
    await pause(event.atMs, null, signal === undefined ? {} : { signal });
    say(describeEvent(event));
    await happen(site, event);
  });
  await Promise.all([...happening, pause(durationMs)]);
  await site.emulator.removeRules();
}

async function aborted(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('The run was ended from outside')));
  });
}
