/**
 * Measures the cost of tracking imports on a real server, with the tracker, a plain loop of timers, and an activity's
 * retries: history, actions, CPU and memory of the worker, and imports tracked per second. Run by `npm run bench:cost`;
 * source of figures in the README.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedTemporal } from '../src/dev/embedded-temporal';
import { temporalCli } from '../src/dev/temporal-cli';
import { startPrismEmulator } from 'prism-emulator';
import { writeBundles } from './support/bundles';
import { costPolicies } from './support/cost-policies';
import { followMany, followBurst, type CostSite, type FollowCost } from './support/cost-runs';
import { serveCostWorker, type CostWorkerRole } from './support/cost-worker';

const help = `Usage: npm run bench:cost -- [options]

  --imports N  imports that each policy follows, begun one after the other over M minutes (default 120)
  --minutes M  how long an import takes (default 3)
  --burst N    imports, ended already, that are started at once to see how many are followed per second (default 300)
  --json       print the numbers as one JSON object
  --help       print this

Temporal's development server, the emulator and a worker for each policy, on this machine. The workers are
processes of their own with the same code and settings, and follow their imports at the same time. CPU is
that of the worker once it has followed 50 imports to warm up, idle time between polls included.
`;

/** The cost of one policy, per import unless stated otherwise. */
export interface CostLine extends FollowCost {
  policy: string;
  /** In the burst, from the first start to the last end, including the wait before the first poll. */
  importsPerSecond: number;
}

interface Report {
  imports: number;
  minutes: number;
  policies: CostLine[];
  /** The tracker's figure divided by the timer loop's. */
  cpuPerImportRatio: number;
  cpuPerPollRatio: number;
  /**
   * The same for a tracker that polls as often as the loop. The first ratio is higher, because the fixed cost of an
   * import is spread over fewer polls.
   */
  cpuPerPollAtSameIntervalRatio: number;
}

interface Options {
  imports: number;
  minutes: number;
  burst: number;
}

export async function main(parameters: string[]): Promise<void> {
  const [command, role] = parameters;
  if (command === 'serve') return serveCostWorker(JSON.parse(role ?? '') as CostWorkerRole);
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const report = await measure(options);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : textOf(report));
}

async function measure({ imports, minutes, burst }: Options): Promise<Report> {
  return withSite(async (site) => {
    say(`${costPolicies.length} policies follow ${imports} imports of ${minutes} min each`);
    const followed = await Promise.all(
      costPolicies.map((policy, index) =>
        followMany(site, policy, { taskQueue: `cost-${index}`, imports, durationMs: minutes * 60_000 }),
      ),
    );
    const policies: CostLine[] = [];
    for (const [index, policy] of costPolicies.entries()) {
      say(`${burst} imports at once: ${policy.name}`);
      const importsPerSecond = await followBurst(site, policy, {
        taskQueue: `burst-${index}`,
        imports: burst,
      });
      const cost = followed[index];
      if (cost !== undefined) policies.push({ policy: policy.name, ...cost, importsPerSecond });
    }
    const [tracker, loop, , often] = policies;
    const ratio = (of: (line: CostLine) => number, line = tracker) =>
      line === undefined || loop === undefined ? NaN : of(line) / of(loop);
    return {
      imports,
      minutes,
      policies,
      cpuPerImportRatio: ratio(({ cpuMs }) => cpuMs),
      cpuPerPollRatio: ratio(({ cpuMsPerPoll }) => cpuMsPerPoll),
      cpuPerPollAtSameIntervalRatio: ratio(({ cpuMsPerPoll }) => cpuMsPerPoll, often),
    };
  });
}

/** Runs `use` with server, emulator and bundles. */
async function withSite<T>(use: (site: CostSite) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'));
  const temporal = await startEmbeddedTemporal(await temporalCli(), join(folder, 'temporal.log'));
  const emulator = await startPrismEmulator();
  try {
    return await use({ temporal, emulator, bundleOf: await writeBundles(folder) });
  } finally {
    await emulator.close();
    await temporal.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function textOf(report: Report): string {
  const { policies, cpuPerImportRatio, cpuPerPollRatio, cpuPerPollAtSameIntervalRatio } = report;
  const lines = policies.map((line) =>
    [
      `${line.policy}:`,
      `  ${line.polls.toFixed(1)} polls, ${line.events.toFixed(0)} events, ${line.historyBytes.toFixed(0)} bytes of history, ${line.actions.toFixed(0)} actions an import`,
      `  ${line.cpuMs.toFixed(1)} ms of worker CPU an import, ${line.cpuMsPerPoll.toFixed(1)} ms a poll; peak ${line.peakRssMb.toFixed(0)} MB`,
      `  noticed ${(line.delayMs / 1000).toFixed(1)} s late on average; ${line.importsPerSecond.toFixed(1)} imports per second in a burst`,
    ].join('\n'),
  );
  const ratios = `trackImport against the timer loop: CPU an import ${cpuPerImportRatio.toFixed(2)}, a poll ${cpuPerPollRatio.toFixed(2)}, a poll when it polls as often ${cpuPerPollAtSameIntervalRatio.toFixed(2)}`;
  return `${[...lines, ratios].join('\n')}\n`;
}

function optionsOf(parameters: string[]): (Options & { json: boolean; help: boolean }) | null {
  const number = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { imports: number, minutes: number, burst: number, json: flag, help: flag } as const;
  try {
    const { values } = parseArgs({ args: parameters, options });
    const read = (name: 'imports' | 'minutes' | 'burst', fallback: number) => {
      const value = Number(values[name] ?? fallback);
      if (!(value > 0))
        throw new Error(`--${name}: saw ${JSON.stringify(values[name])}, expected a number above 0`);
      return value;
    };
    return {
      imports: read('imports', 120),
      minutes: read('minutes', 3),
      burst: read('burst', 300),
      json: values.json,
      help: values.help,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

const say = (text: string) => process.stderr.write(`bench:cost: ${text}\n`);
