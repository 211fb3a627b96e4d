import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versitygw } from '../../interop/support/versitygw';
import type { Finding } from './audit';
import type { Figures } from './figures';
import { help, readOptions, UsageError } from './options';
import { drawPlan, type ChaosPlan } from './plan';
import { runPlan } from './run-plan';
import { shrink } from './shrink';

const say = (line: string) => void process.stderr.write(`chaos: ${line}\n`);

/** Exit code after Ctrl-C. */
const interrupted = 130;

/** The program behind `npm run chaos`. */
export async function main(parameters: string[]): Promise<void> {
  try {
    const options = await readOptions(parameters);
    if (options === null) return void process.stdout.write(help);
    say(`seed ${options.plan.seed}`);
    const plan = await withStore(options.plan);
    await withInterrupt((signal) => runAndReport(plan, { ...options, signal }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** The plan, with a disk instead if no S3 gateway is available. */
async function withStore(plan: ChaosPlan): Promise<ChaosPlan> {
  if (plan.store === 'disk') return plan;
  try {
    await versitygw();
    return plan;
  } catch (error) {
    say(`no S3 gateway can be had, the store is a disk instead: ${(error as Error).message}`);
    return drawPlan(plan.seed, { ...plan, store: 'disk' });
  }
}

/** Stops everything that was started on Ctrl-C or SIGTERM. */
async function withInterrupt(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const end = () => controller.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    await task(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    say('ended from outside; everything is stopped and removed');
    // Calls to a process that is gone would never end.
    process.exit(interrupted);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

async function runAndReport(
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
  const fails = async (events: ChaosPlan['events']) => {
    say(`shrinking: ${events.length} events`);
    const again = await runPlan({ ...plan, events }, { signal });
    return again.findings.some(({ kind }) => findings.some((finding) => finding.kind === kind));
  };
  const fewest = await shrink(plan.events, fails, maxRuns);
  const file = await save({ ...plan, events: fewest }, 'shrunk');
  say(`${fewest.length} of ${plan.events.length} events are enough to fail: npm run chaos -- --plan ${file}`);
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
    ['failed writes', counts(figures.failedWrites)],
    ['requests', `${figures.requests}, ${figures.faultyAnswers} of them spoilt`],
    ['polls', figures.polls],
    ['lost', figures.lost],
    [
      'notified twice',
      `${figures.notifiedTwice} (signals repeated and recognised: ${figures.repeatedSignals})`,
    ],
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
