/**
 * What importing a large file with `importRecords` costs beside a plain script that posts and polls the same batches at the same concurrency without
 * Temporal, and how much memory the worker takes. Run by `npm run bench:pipeline`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Client } from '@temporalio/client';
import { startEmbeddedTemporal } from '../src/dev/embedded-temporal';
import { temporalCli } from '../src/dev/executables';
import type { RowTotals } from '../src/domain/import-report';
import { pipelineProgress, startPipeline } from '../src/temporal/pipelines';
import { startEmulatorProcess, startWorker, writeOrganizations } from './support/pipeline-site';
import { plainImport } from './support/plain-import';

const help = `Usage: npm run bench:pipeline -- [options]

  --rows N         rows of the file (default 100000)
  --batch-size N   rows of one import (default 1000)
  --concurrency N  imports in flight, of the pipeline and of the plain script (default 16)
  --json           print the numbers as one JSON object
  --help           print this

A real Temporal server, a real worker process and the emulator, each on this machine. A job of the emulator
takes a second and a millisecond for each of its rows.
`;

const teamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';

interface Options {
  rows: number;
  batchSize: number;
  concurrency: number;
}

interface Measured {
  rows: number;
  totals: RowTotals;
  /** Of the worker process. */
  peakRssMb: number;
  /** Of the pipeline, from its start to its report. */
  seconds: number;
  /** Of the plain script. */
  plainSeconds: number;
  /** The first over the second. */
  ratio: number;
  /** Runs that the pipeline continued as new over, and the longest of their histories. */
  runs: number;
  longestHistory: { events: number; bytes: number };
}

export async function main(parameters: string[]): Promise<void> {
  const { values } = parseArgs({
    args: parameters,
    options: {
      rows: { type: 'string', default: '100000' },
      'batch-size': { type: 'string', default: '1000' },
      concurrency: { type: 'string', default: '16' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const options = {
    rows: wholeNumber('rows', values.rows),
    batchSize: wholeNumber('batch-size', values['batch-size']),
    concurrency: wholeNumber('concurrency', values.concurrency),
  };
  // The exit handlers end the servers.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const folder = await mkdtemp(join(tmpdir(), 'bench-pipeline-'));
  try {
    const measured = await measure(folder, options);
    process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : textOf(measured));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, options: Options): Promise<Measured> {
  const file = join(folder, 'organizations.csv');
  say(`writing ${options.rows} rows`);
  await writeOrganizations(file, options.rows);
  const plain = await withEmulator(folder, options.rows, (baseUrl) =>
    runPlain(folder, file, baseUrl, options),
  );
  const pipeline = await withEmulator(folder, options.rows, (baseUrl) =>
    runPipeline(folder, file, baseUrl, options),
  );
  const { totals, peakRssMb, seconds, ...histories } = pipeline;
  const ratio = round(seconds / plain.seconds);
  return {
    rows: options.rows,
    totals,
    peakRssMb,
    seconds,
    plainSeconds: plain.seconds,
    ratio,
    ...histories,
  };
}

/** Runs an import against a fresh emulator, which must then hold every row once. */
async function withEmulator<T>(
  folder: string,
  rows: number,
  run: (baseUrl: string) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulatorProcess(folder);
  try {
    const result = await run(emulator.baseUrl);
    const held = await emulator.organizations();
    if (held !== rows) throw new Error(`The emulator holds ${held} organizations, expected ${rows}`);
    return result;
  } finally {
    await emulator.stop();
  }
}

async function runPlain(folder: string, file: string, baseUrl: string, { rows, ...options }: Options) {
  const onProgress = progress('plain script', rows);
  const reportFile = join(folder, 'plain.ndjson');
  const timer = stopwatch();
  const created = await plainImport({ ...options, baseUrl, teamId, file, reportFile, onProgress });
  const seconds = timer();
  if (created !== rows) throw new Error(`The plain script created ${created} of ${rows} rows`);
  return { seconds };
}

async function runPipeline(
  folder: string,
  file: string,
  baseUrl: string,
  { rows, batchSize, concurrency }: Options,
) {
  const temporal = await startEmbeddedTemporal(await temporalCli(), join(folder, 'temporal.log'));
  try {
    const worker = await startWorker({
      TEMPORAL_ADDRESS: temporal.address,
      MICRO_BASE_URL: baseUrl,
      MICRO_API_KEY: 'bench',
      PRISM_STORAGE: `file:${join(folder, 'storage')}`,
      PRISM_REQUESTS_PER_SECOND: '1000',
    });
    try {
      const timer = stopwatch();
      const handle = await startPipeline(temporal.client, 'prism-imports', {
        teamId,
        objectType: 'organization',
        source: { uri: pathToFileURL(file).href, format: 'csv' },
        options: { dedupe_by: 'primary_domain' },
        batchSize,
        maxConcurrentImports: concurrency,
      });
      const stop = watch(
        () => pipelineProgress(temporal.client, handle.workflowId),
        progress('pipeline', rows),
      );
      const { totals } = await handle.result().finally(stop);
      const seconds = timer();
      const expected = { rows, created: rows, updated: 0, existing: 0, failed: 0, unknown: 0 };
      if (JSON.stringify(totals) !== JSON.stringify(expected)) {
        throw new Error(
          `The pipeline's totals are ${JSON.stringify(totals)}, expected ${JSON.stringify(expected)}`,
        );
      }
      return {
        totals,
        peakRssMb: worker.peakRssMb(),
        seconds,
        ...(await histories(temporal.client, handle.workflowId)),
      };
    } finally {
      await worker.stop();
    }
  } finally {
    await temporal.stop();
  }
}

/** The histories of all runs of a workflow, by the server's own count. */
async function histories(
  client: Client,
  workflowId: string,
): Promise<Pick<Measured, 'runs' | 'longestHistory'>> {
  const longestHistory = { events: 0, bytes: 0 };
  let runs = 0;
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
    longestHistory.events = Math.max(longestHistory.events, historyLength);
    longestHistory.bytes = Math.max(longestHistory.bytes, historySize ?? 0);
    runs += 1;
  }
  return { runs, longestHistory };
}

function watch(look: () => Promise<{ processed: number }>, tell: (rows: number) => void): () => void {
  const timer = setInterval(() => {
    look().then(
      ({ processed }) => tell(processed),
      () => undefined, // it is busy; the next look will tell
    );
  }, 5000);
  return () => clearInterval(timer);
}

/** Says how far something is, at most every five seconds. */
function progress(what: string, rows: number): (done: number) => void {
  let saidAt = performance.now();
  return (done) => {
    if (performance.now() - saidAt < 4900) return;
    saidAt = performance.now();
    say(`${what}: ${done} of ${rows} rows`);
  };
}

function textOf({ rows, totals, peakRssMb, seconds, plainSeconds, ratio, ...more }: Measured): string {
  return [
    `${rows} rows, ${totals.created} created`,
    `importRecords  ${seconds} s, worker's peak memory ${peakRssMb} MB`,
    `plain script   ${plainSeconds} s`,
    `ratio          ${ratio}`,
    `histories      ${more.runs} runs, the longest of ${more.longestHistory.events} events and ${more.longestHistory.bytes} bytes`,
    '',
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name}: saw ${JSON.stringify(text)}, expected a whole number from 1`);
}

function stopwatch(): () => number {
  const since = performance.now();
  return () => round((performance.now() - since) / 1000);
}

const round = (value: number): number => Math.round(value * 100) / 100;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
