import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { drawPlan, planSchema, stores, type ChaosPlan, type PlanOptions, type Store } from './plan';

/** What `npm run chaos -- --help` prints. */
export const help = `npm run chaos -- [options]

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

/** Invalid options; the message says which. */
export class UsageError extends Error {}

/** What the program should do; null: print its help. */
export type ChaosOptions = { plan: ChaosPlan; json: boolean; maxRuns: number } | null;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  ...{ seed: text, minutes: text, imports: text, pipelines: text, store: text, plan: text, shrink: text },
  ...{ json: flag, help: flag },
};

/** Parses the command line, and the file that it may name. Throws a {@link UsageError}. */
export async function readOptions(args: string[]): Promise<ChaosOptions> {
  const values = parsed(args);
  if (values.help) return null;
  const maxRuns = numberOf('shrink', values.shrink ?? '12', 0);
  const plan = values.plan === undefined ? drawn(values) : await savedPlan(values.plan);
  return { plan, json: values.json, maxRuns };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function drawn(values: ReturnType<typeof parsed>): ChaosPlan {
  const { seed = String(randomInt(2 ** 31)), store } = values;
  const minutes = numberOf('minutes', values.minutes ?? '3', 0.1);
  const count = (name: 'imports' | 'pipelines', perMinute: number, least: number) =>
    Math.round(
      numberOf(name, values[name] ?? String(Math.max(least, Math.round(perMinute * minutes))), least),
    );
  if (store !== undefined && !isStore(store))
    throw new UsageError(`--store: saw ${JSON.stringify(store)}, expected ${stores.join(' or ')}`);
  const drawing: PlanOptions = {
    durationMs: minutes * 60_000,
    imports: count('imports', 30, 1),
    pipelines: count('pipelines', 4, 2),
    ...(store !== undefined && { store }),
  };
  return drawPlan(seed, drawing);
}

const isStore = (name: string): name is Store => stores.some((store) => store === name);

function numberOf(name: string, given: string, least: number): number {
  const number = Number(given);
  if (given.trim() !== '' && number >= least && number <= 100_000) return number;
  throw new UsageError(`--${name}: saw ${JSON.stringify(given)}, expected a number from ${least} to 100000`);
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
