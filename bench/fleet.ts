/**
 * Measures what many open trackers cost a worker and a server, and what it costs to resume a tracker after its worker
 * was lost, by its age. Run by `npm run bench:fleet`; source of docs/scale.md.
 */
import { parseArgs } from 'node:util';
import { fleetText, type FleetReport } from './fleet/fleet-text';
import { measureFleet } from './fleet/hold';
import { measureMisses } from './fleet/miss-cost';
import { withFleetSite } from './fleet/site';

const help = `npm run bench:fleet -- [options]

  --trackers N        open trackers of one worker (1000)
  --cached N          trackers that the worker keeps in memory (1000)
  --seconds S         how long each load is watched, at least two polls of each tracker (60)
  --ages N,N,…        polls after which a tracker is gone on with by a new worker (1,10,22,60)
  --cohort N          trackers of each age (15)
  --database FILE     the development server keeps its state there instead of in memory
  --address HOST:PORT a server that runs there and has our search attributes, instead of one of our own
  --json              prints the numbers as one JSON object

Temporal's development server and workers, each a process on this machine, and the emulator. The first release,
as test/upgrade keeps it, stands beside this one where its trackers are gone on with: about 10 minutes in all.
Linux only.
`;

interface Options {
  trackers: number;
  cached: number;
  seconds: number;
  ages: number[];
  cohort: number;
  database: string | null;
  address: string | null;
}

export async function main(args: string[]): Promise<void> {
  const options = optionsOf(args);
  if (options === null) return;
  if (options.help) return void process.stdout.write(help);
  const { ages, cohort: trackers } = options;
  const report = await withFleetSite(options, async (site): Promise<FleetReport> => {
    const misses = await measureMisses(site, { builds: ['0.1.0', 'this'], trackers, ages }, say);
    return { misses, fleet: await measureFleet(site, options, say) };
  });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : fleetText(report));
}

const say = (text: string) => void process.stderr.write(`bench:fleet: ${text}\n`);

/** Parses the options; null if they are invalid, with the reason on standard error. */
function optionsOf(args: string[]): (Options & { json: boolean; help: boolean }) | null {
  const [flag, text] = [{ type: 'boolean', default: false } as const, { type: 'string' } as const];
  const options = {
    ...{ trackers: text, cached: text, seconds: text, ages: text, cohort: text },
    ...{ database: text, address: text, json: flag, help: flag },
  };
  try {
    const { values } = parseArgs({ args, options });
    const numbers = (
      name: 'trackers' | 'cached' | 'seconds' | 'ages' | 'cohort',
      fallback: string,
    ): [number, ...number[]] => {
      const given = values[name] ?? fallback;
      if (!/^[1-9]\d{0,5}(,[1-9]\d{0,5})*$/.test(given) || (name !== 'ages' && given.includes(',')))
        throw new Error(`--${name}: saw ${JSON.stringify(given)}, expected whole numbers from 1 to 999999`);
      return given.split(',').map(Number) as [number, ...number[]];
    };
    return {
      trackers: numbers('trackers', '1000')[0],
      cached: numbers('cached', '1000')[0],
      seconds: numbers('seconds', '60')[0],
      ages: numbers('ages', '1,10,22,60'),
      cohort: numbers('cohort', '15')[0],
      database: values.database ?? null,
      address: values.address ?? null,
      json: values.json,
      help: values.help,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}
