/**
 * Measures what many open trackers cost a worker and a server, and what it costs to resume a tracker after its worker
 * was lost, by its age. Run by `npm run bench:fleet`; source of docs/scale.md.
 */
import { parseArgs } from 'node:util';
import { fleetText, type FleetReport } from './fleet/fleet-text';
import { measureFleet } from './fleet/hold';
import { measureMisses } from './fleet/miss-cost';
import { serverKinds, type ServerChoice, type ServerKind } from './fleet/server';
import { withFleetSite } from './fleet/site';

const help = `npm run bench:fleet -- [options]

  --trackers N        open trackers of one worker (1000)
  --cached N          trackers that the worker keeps in memory (1000)
  --seconds S         how long each load is watched, at least a poll of each tracker (60)
  --ages N,N,…        polls after which a new worker continues a tracker (1,10,22,60)
  --cohort N          trackers of each age (15)
  --server KIND       memory, sqlite (Temporal's development server, its state in memory or in a file) or
                      postgresql (the full server of the compose file) (memory)
  --address HOST:PORT a server that runs there and has our search attributes, instead of one of our own
  --json              prints the numbers as one JSON object

Starts a Temporal server and workers, each a process on this machine, and the emulator. Compares this version with
the first release, as test/upgrade keeps it, where a new worker continues trackers. About 10 minutes; Linux only.
`;

interface Options {
  trackers: number;
  cached: number;
  seconds: number;
  ages: number[];
  cohort: number;
  server: ServerChoice;
}

export async function main(args: string[]): Promise<void> {
  const options = optionsOf(args);
  if (options === null) return;
  if (options.help) return void process.stdout.write(help);
  const { ages, cohort: trackers } = options;
  const report = await withFleetSite(options.server, async (site): Promise<FleetReport> => {
    const misses = await measureMisses(site, { builds: ['0.1.0', 'this'], trackers, ages }, say);
    return { misses, fleet: await measureFleet(site, options, say) };
  });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : fleetText(report));
}

function kindOf(given = 'memory'): ServerKind {
  const kind = serverKinds.find((each) => each === given);
  if (kind === undefined)
    throw new Error(`--server: saw ${JSON.stringify(given)}, expected one of ${serverKinds.join(', ')}`);
  return kind;
}

const say = (text: string) => void process.stderr.write(`bench:fleet: ${text}\n`);

/** Parses the options; null if they are invalid, with the reason on standard error. */
function optionsOf(args: string[]): (Options & { json: boolean; help: boolean }) | null {
  const [flag, text] = [{ type: 'boolean', default: false } as const, { type: 'string' } as const];
  const options = {
    ...{ trackers: text, cached: text, seconds: text, ages: text, cohort: text },
    ...{ server: text, address: text, json: flag, help: flag },
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
      server: values.address === undefined ? { kind: kindOf(values.server) } : { address: values.address },
      json: values.json,
      help: values.help,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}
