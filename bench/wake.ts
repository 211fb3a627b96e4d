/**
 * Measures how long a due poll waits for its start, with a running worker and with one that must be started first; and
 * which events without a worker an autoscaler can see. Run by `npm run bench:wake`; source of docs/kubernetes.md.
 */
import { parseArgs } from 'node:util';
import { measureWake, type WakeRun } from './support/wake-runs';
import { wakeSigns, type WakeSign } from './support/wake-signs';
import { withWakeSite } from './support/wake-site';

const help = `npm run bench:wake -- [--runs N] [--json]

  --runs N  times that both are measured, about 20 s each (5)
  --json    prints the numbers as one JSON object

Temporal's development server, the emulator and the built worker, each a process on this machine. The time of
a worker that must be started is from the start of its process: that of an autoscaler and of Kubernetes, which
start it, comes on top.
`;

interface Report {
  runs: WakeRun[];
  /** Medians, in milliseconds; the ratio is the last divided by the first. */
  runningMs: number;
  seenMs: number;
  startedMs: number;
  ratio: number;
  signs: WakeSign[];
}

export async function main(parameters: string[]): Promise<void> {
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) return void process.stdout.write(help);
  const report = await withWakeSite(async (site): Promise<Report> => {
    const runs: WakeRun[] = [];
    for (let run = 1; run <= options.runs; run++) {
      process.stderr.write(`bench:wake: run ${run} of ${options.runs}\n`);
      runs.push(await measureWake(site, `wake-${run}`));
    }
    const [runningMs, seenMs, startedMs] = [
      median(runs.map((run) => run.runningMs)),
      median(runs.map((run) => run.seenMs)),
      median(runs.map((run) => run.startedMs)),
    ];
    process.stderr.write('bench:wake: what an autoscaler sees\n');
    return { runs, runningMs, seenMs, startedMs, ratio: startedMs / runningMs, signs: await wakeSigns(site) };
  });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : textOf(report));
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

function textOf({ runs, runningMs, seenMs, startedMs, ratio, signs }: Report): string {
  const all = (of: (run: WakeRun) => number) => runs.map((run) => of(run).toFixed(0)).join(', ');
  const lines = [
    `a worker runs: from due to start          ${runningMs.toFixed(0)} ms (${all((run) => run.runningMs)})`,
    `none runs: from due to in the backlog     ${seenMs.toFixed(0)} ms (${all((run) => run.seenMs)})`,
    `then: from a worker's process to start    ${startedMs.toFixed(0)} ms (${all((run) => run.startedMs)})`,
    `the last over the first                   ${ratio.toFixed(0)}`,
    ...signs.map(
      ({ what, isInBacklog }) => `${what.padEnd(42)}${isInBacklog ? 'in the backlog' : 'not in the backlog'}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Parses the options; null if they are invalid, with the reason on standard error. */
function optionsOf(args: string[]): { runs: number; json: boolean; help: boolean } | null {
  const flag = { type: 'boolean', default: false } as const;
  const options = { runs: { type: 'string', default: '5' }, json: flag, help: flag } as const;
  try {
    const { runs, json, help: isHelp } = parseArgs({ args, options }).values;
    if (!/^[1-9]\d{0,2}$/.test(runs))
      throw new Error(`--runs: saw ${JSON.stringify(runs)}, expected a whole number from 1 to 999`);
    return { runs: Number(runs), json, help: isHelp };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}
