/**
 * The polling lab: measures the polls and delay of each policy, over job traces replayed in virtual time. Run by `npm
 * run bench:polling`; source of docs/polling.md.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { family, familyNames } from './polling/families';
import { isBeyondBound, measure } from './polling/measure';
import { policies } from './polling/policies';
import { writePlots } from './polling/plot';
import { seededRandom } from '../src/cli/budget/random';
import type { CountedRow } from './polling/row';
import { slowingKinds, slowingTraces } from './polling/slowing';
import { table } from './polling/table';
import { parseTraces, type Trace } from '../src/cli/budget/traces';
import { unseenLaws, unseenTraces } from './polling/unseen';

const help = `npm run bench:polling -- [--traces FILE | --unseen | --slowing] [--json] [--jobs N] [--seed N] [--plots FOLDER]

  --traces FILE   replays a file instead of the built-in families: one JSON object a line,
                  {"durationMs", "total", "progress": [[tMs, processed], ...]}
  --unseen        replays laws that the schedule was not tuned on instead
  --slowing       replays jobs that slow down before they end instead
  --json          prints one line per family and policy
  --jobs N        jobs of each built-in family (5000)
  --seed N        of the random numbers (2)
  --plots FOLDER  also draws polls against delay, an SVG per family
`;

/** The seed of the published numbers. The schedule's constants were tuned with other seeds. */
const publishedSeed = 2;

export async function main(parameters: string[]): Promise<void> {
  const options = {
    traces: { type: 'string' },
    unseen: { type: 'boolean', default: false },
    slowing: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(publishedSeed) },
    plots: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: parameters, options });
  if (values.help) return void process.stdout.write(help);
  const [seed, jobs] = [Number(values.seed), Number(values.jobs)];
  const builtIn = (): [string, Trace[]][] => {
    if (values.slowing) return slowingKinds.map((kind) => [kind, slowingTraces(kind, jobs, seed)]);
    return values.unseen
      ? unseenLaws.map((law) => [law, unseenTraces(law, jobs, seed)])
      : familyNames.map((name) => [name, family(name, jobs, seed)]);
  };
  const families: [string, Trace[]][] =
    values.traces === undefined ? builtIn() : [['file', parseTraces(readFileSync(values.traces, 'utf8'))]];
  const rows: CountedRow[] = [];
  for (const [name, traces] of families) {
    for (const policy of policies) {
      const found = await policy.follow(traces, seededRandom(seed));
      const row = { family: name, policy: policy.name, ...measure(traces, found) };
      const beyond = found.filter((one, index) => isBeyondBound(one, traces[index]?.durationMs ?? 0)).length;
      rows.push({ ...row, beyond });
      if (values.json) process.stdout.write(`${JSON.stringify(row)}\n`);
    }
  }
  if (!values.json) process.stdout.write(table(rows));
  if (values.plots !== undefined) writePlots(values.plots, rows);
}
