/**
 * Measures how a worker handles files made to harm it: how long they block everything else, how much memory they take,
 * and how each import ends. Run by `npm run bench:hostile`.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileCases } from './support/hostile-files';
import { runHostileFiles, type FileRun } from './support/hostile-run';

const help = `Usage: npm run bench:hostile -- [options]

  --only TEXT      only the cases whose names hold this text
  --size N         size of the files, from 0 to 1 (default 1: some take up to 1 GB of disk)
  --heap N         limit of the worker's heap in MB (default 300)
  --max-seconds N  longest time of a case (default 300)
  --json           print the numbers as one JSON object
  --help           print this

A worker, Temporal's development server and an API that takes all rows at once, each a process of its own; a fresh
worker for each file, and one for all of them at once. A stall is the longest time that the main thread of the worker
computed for without a turn for anything else, as its processor time says; in parentheses what the clock says, which on
a busy machine is more.
`;

export async function main(parameters: string[]): Promise<void> {
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const cases = fileCases.filter(({ name }) => name.includes(options.only));
  const together = { name: 'all of them at once', cases };
  const groups = [
    ...cases.map((each) => ({ name: each.name, cases: [each] })),
    ...(cases.length > 1 ? [together] : []),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'bench-hostile-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const runs: FileRun[] = [];
  await runHostileFiles(groups, { ...options, folder }, (run) => {
    runs.push(run);
    if (!options.json) process.stdout.write(lineOf(run));
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ files: runs })}\n`);
}

function lineOf({ name, seconds, stallMs, stallClockMs, peakMb, end }: FileRun): string {
  const stall = `stall ${stallMs.toFixed(0)} ms (clock ${stallClockMs.toFixed(0)})`;
  return `${name.padEnd(42)}${`${seconds.toFixed(1)} s`.padStart(10)}${stall.padStart(26)}${`${peakMb} MB`.padStart(9)}  ${end}\n`;
}

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', default: '' },
        size: { type: 'string', default: '1' },
        heap: { type: 'string', default: '300' },
        'max-seconds': { type: 'string', default: '300' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      ...{ only: values.only, json: values.json, help: values.help },
      size: positive('size', values.size, 1),
      heapMb: positive('heap', values.heap, 100_000),
      maxSeconds: positive('max-seconds', values['max-seconds'], 100_000),
    };
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

function positive(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value > 0 && value <= most) return value;
  throw new Error(`--${name}: saw ${JSON.stringify(text)}, expected a number above 0 and at most ${most}`);
}
