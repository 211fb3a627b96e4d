/**
 * Compares importing a large file with `importRecords` to a plain script that posts and polls the same batches at the
 * same concurrency without Temporal, and measures the worker's memory. Run by `npm run bench:pipeline`.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noRows } from '../src/core/pipeline/row-totals';
import { runPlain, servePlain, type PlainTask } from './support/pipeline-plain';
import { runPipeline, type PipelineRun } from './support/pipeline-run';
import { startEmulatorProcess, writeOrganizations, type EmulatorProcess } from './support/pipeline-site';

const help = `Usage: npm run bench:pipeline -- [options]

  --rows N         rows of the file (default 100000)
  --batch-size N   rows of one import (default 1000)
  --concurrency N  imports in flight, of the pipeline and of the plain script (default 16)
  --json           print the numbers as one JSON object
  --help           print this

Temporal's development server, a worker and the emulator, each in a process of its own on this machine. A
job of the emulator takes a second and a millisecond for each of its rows.
`;

const teamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';

interface Options {
  rows: number;
  batchSize: number;
  concurrency: number;
}

interface Report extends PipelineRun {
  rows: number;
  plainSeconds: number;
  /** The pipeline's seconds divided by the plain script's. */
  ratio: number;
}

export async function main(parameters: string[]): Promise<void> {
  const [command, task] = parameters;
  if (command === 'plain') return servePlain(JSON.parse(task ?? '') as PlainTask);
  const options = optionsOf(parameters);
  if (options === null) return;
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bench-pipeline-'));
  // However this process exits, handlers end the processes that it started.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => endBy(signal));
  const report = await measure(folder, options);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : textOf(report));
}

/** Ends by the signal itself, so that the parent process sees it. */
function endBy(signal: NodeJS.Signals): void {
  process.once('exit', () => process.kill(process.pid, signal));
  process.exit(1);
}

async function measure(folder: string, { rows, batchSize, concurrency }: Options): Promise<Report> {
  const file = join(folder, 'organizations.csv');
  say(`writing ${rows} rows`);
  await writeOrganizations(file, rows);
  const task = { folder, teamId, file, batchSize, concurrency };
  const pipeline = await withEmulator(folder, rows, async (emulator) => {
    const run = await runPipeline(task, emulator, progress('pipeline', rows));
    expectSame("The pipeline's totals", run.totals, { ...noRows(), rows, created: rows });
    return run;
  });
  const reportFile = join(folder, 'plain.ndjson');
  const plain = await withEmulator(folder, rows, async ({ baseUrl }) => {
    const run = await runPlain({ ...task, baseUrl, reportFile }, progress('plain script', rows));
    expectSame('What the plain script created', run.created, rows);
    return run;
  });
  const { totals, peakRssMb, seconds, ...histories } = pipeline;
  return {
    rows,
    totals,
    peakRssMb,
    seconds: round(seconds),
    plainSeconds: round(plain.seconds),
    ratio: round(seconds / plain.seconds),
    ...histories,
  };
}

/** Runs an import against a fresh emulator, and checks that it holds every row exactly once. */
async function withEmulator<T>(
  folder: string,
  rows: number,
  run: (emulator: EmulatorProcess) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulatorProcess(folder);
  try {
    const result = await run(emulator);
    expectSame('Organizations that the emulator holds', await emulator.organizations(), rows);
    return result;
  } finally {
    await emulator.stop();
  }
}

function expectSame(what: string, seen: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: saw ${left}, expected ${right}`);
}

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rows: { type: 'string', default: '100000' },
        'batch-size': { type: 'string', default: '1000' },
        concurrency: { type: 'string', default: '16' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      json: values.json,
      help: values.help,
      rows: wholeNumber('rows', values.rows),
      batchSize: wholeNumber('batch-size', values['batch-size']),
      concurrency: wholeNumber('concurrency', values.concurrency),
    };
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name}: saw ${JSON.stringify(text)}, expected a whole number from 1`);
}

/** Reports progress, at most every five seconds. */
function progress(what: string, rows: number): (done: number) => void {
  let printedAt = performance.now();
  return (done) => {
    if (performance.now() - printedAt < 4900) return;
    printedAt = performance.now();
    say(`${what}: ${done} of ${rows} rows`);
  };
}

function textOf({ rows, totals, peakRssMb, seconds, plainSeconds, ratio, ...more }: Report): string {
  const { events, bytes } = more.longestHistory;
  return [
    `${rows} rows, ${totals.created} created`,
    `importRecords  ${seconds} s, worker's peak memory ${peakRssMb} MB`,
    `plain script   ${plainSeconds} s`,
    `ratio          ${ratio}`,
    `histories      ${more.runs} runs, the longest of ${events} events and ${bytes} bytes`,
    '',
  ].join('\n');
}

const round = (value: number): number => Math.round(value * 100) / 100;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
