import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { versitygw } from '../../interop/support/versitygw';
import type { Finding } from './audit';
import type { Figures } from './figures';
import { drawPlan, planSchema, stores, type ChaosPlan, type Store } from './plan';
import { runPlan, type ChaosRun } from './run-plan';
import { shrink } from './shrink';

const help = `npm run chaos -- [options]

Imports and pipelines on two workers, with Temporal's server, the emulator and a store, each a process on this
machine, all of which fail as a seed says; then an audit of who was told what, of reports, storage and index. A
failing plan is shrunk to the fewest events with which it fails.

  --seed S       draws the plan; the same seed draws the same (a new one)
  --minutes M    how long things go wrong; until all has ended takes a minute or two more (3)
  --imports N    imports that parents, callers by Nexus and clients wait for (30 a minute)
  --pipelines N  with and without dedupe_by in turn (4 a minute, at least 2)
  --store STORE  s3 or disk (by the seed)
  --plan FILE    runs a plan that was saved, instead of drawing one
  --shrink N     most runs to shrink a failing plan (12); 0 saves it as it is
  --json         prints plan, figures and findings as one JSON object
  --help         prints this

Exit code 1 when the audit finds anything.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  ...{ seed: text, minutes: text, imports: text, pipelines: text, store: text, plan: text },
  ...({ shrink: { type: 'string', default: '12' }, json: flag, help: flag } as const),
} as const;

const say = (line: string) => void process.stderr.write(`chaos: ${line}\n`);

/** The program behind `npm run chaos`. */
export async function main(parameters: string[]): Promise<void> {
  try {
    const { values } = parseArgs({ args: parameters, options });
    if (values.help) return void process.stdout.write(help);
    const maxRuns = numberOf('shrink', values.shrink, 0);
    const plan = values.plan === undefined ? await drawn(values) : await savedPlan(values.plan);
    await withInterrupt((signal) => runAndTell(plan, { json: values.json, maxRuns, signal }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = error instanceof UsageError || isOfParseArgs(error) ? 2 : 1;
  }
}

/** Exit code after Ctrl-C. */
const interrupted = 130;

class UsageError extends Error {}

const isOfParseArgs = (error: unknown): boolean =>
  String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

function numberOf(name: string, given: string, least: number): number {
  const number = Number(given);
  if (given.trim() !== '' && number >= least && number <= 100_000) return number;
  throw new UsageError(`--${name}: saw ${JSON.stringify(given)}, expected a number from ${least} to 100000`);
}

async function drawn(
  values: Partial<Record<'seed' | 'minutes' | 'imports' | 'pipelines' | 'store', string>>,
): Promise<ChaosPlan> {
  const { seed = String(randomInt(2 ** 31)), store } = values;
  const minutes = numberOf('minutes', values.minutes ?? '3', 0.1);
  const count = (name: 'imports' | 'pipelines', usual: number, least: number) =>
    Math.round(numberOf(name, values[name] ?? String(Math.max(least, Math.round(usual * minutes))), least));
  if (store !== undefined && !stores.includes(store as Store))
    throw new UsageError(`--store: saw ${JSON.stringify(store)}, expected ${stores.join(' or ')}`);
  const [imports, pipelines] = [count('imports', 30, 1), count('pipelines', 4, 2)];
  const chosen = { durationMs: minutes * 60_000, imports, pipelines };
  const plan = drawPlan(seed, { ...chosen, ...(store !== undefined && { store: store as Store }) });
  say(`seed ${seed}`);
  if (plan.store === 'disk' || (await hasGateway())) return plan;
  return drawPlan(seed, { ...chosen, store: 'disk' });
}

/** Whether an S3 gateway can be had; says when not. */
async function hasGateway(): Promise<boolean> {
  try {
    await versitygw();
    return true;
  } catch (error) {
    say(`no S3 gateway can be had, the store is a disk instead: ${(error as Error).message}`);
    return false;
  }
}

async function savedPlan(file: string): Promise<ChaosPlan> {
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--plan: ${error.message}`);
  });
  try {
    return planSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new UsageError(`--plan: ${file} is no plan of this program: ${(error as Error).message}`);
  }
}

/** Ctrl-C and SIGTERM end what was started. */
async function withInterrupt(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const end = () => controller.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    await task(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    say('ended from outside; everything is stopped and removed');
    // What still waits for a process that is gone would wait for ever.
    process.exit(interrupted);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

async function runAndTell(
  plan: ChaosPlan,
  { json, maxRuns, signal }: { json: boolean; maxRuns: number; signal: AbortSignal },
): Promise<void> {
  const { figures, findings } = await runPlan(plan, { say, signal, keep: true });
  process.stdout.write(
    json ? `${JSON.stringify({ plan, figures, findings })}\n` : textOf(plan, figures, findings),
  );
  if (findings.length === 0) return;
  process.exitCode = 1;
  say(`the failing plan is in ${await save(plan, 'failing')}`);
  if (maxRuns === 0) return;
  const fewest = await shrink(
    plan.events,
    (events) => failsAlike({ ...plan, events }, findings, signal),
    maxRuns,
  );
  const file = await save({ ...plan, events: fewest }, 'shrunk');
  say(`${fewest.length} of ${plan.events.length} events are enough to fail: npm run chaos -- --plan ${file}`);
}

/** Whether a run finds something of a kind that was found before. */
async function failsAlike(plan: ChaosPlan, before: Finding[], signal: AbortSignal): Promise<boolean> {
  say(`shrinking: ${plan.events.length} events`);
  const { findings }: ChaosRun = await runPlan(plan, { signal });
  return findings.some(({ kind }) => before.some((finding) => finding.kind === kind));
}

async function save(plan: ChaosPlan, what: string): Promise<string> {
  const file = join(tmpdir(), `chaos-${plan.seed.replace(/[^\w-]/g, '_')}-${what}.json`);
  await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`);
  return file;
}

function textOf(plan: ChaosPlan, figures: Figures, findings: readonly Finding[]): string {
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const seconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(1)} s`);
  const rows: [string, string | number][] = [
    ['seed', plan.seed],
    ['store', plan.store],
    ['imports followed', `${figures.imports}, by ${figures.parties} parties`],
    ['pipelines', `${figures.pipelines}, of ${figures.rows} rows`],
    ['events', counts(figures.events)],
    ['SIGKILLs', counts(figures.kills)],
    ['requests', `${figures.requests}, ${figures.faultyAnswers} of them spoilt`],
    ['polls', figures.polls],
    ['lost', figures.lost],
    ['told twice', `${figures.toldTwice} (signals repeated and recognised: ${figures.repeatedSignals})`],
    ['written twice', figures.writtenTwice],
    ['unknown rows', `${figures.unknownRows} (without dedupe_by)`],
    ['delay', `p50 ${seconds(figures.delaySecondsP50)}, p95 ${seconds(figures.delaySecondsP95)}`],
    ['wall time', seconds(figures.wallSeconds)],
    ['findings', figures.findings],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(18)}${value}`);
  const found = findings.map(({ kind, of, what }) => `${kind}: ${of}: ${what}`);
  return `${[...lines, ...found].join('\n')}\n`;
}
