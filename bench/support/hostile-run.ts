import { mkdirSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import { startEmbeddedTemporal } from '../../src/dev/embedded-temporal';
import { temporalCli } from '../../src/dev/temporal-cli';
import { startPipeline } from '../../src/temporal/pipelines';
import { writeCase, type FileCase } from './hostile-files';
import { startImportSink } from './import-sink';
import { watchMemory } from './pipeline-memory';
import { startProgram, type Program } from './pipeline-program';

/** How a worker handled one or more files. */
export interface FileRun {
  name: string;
  seconds: number;
  /** Longest CPU time without a turn for anything else, in milliseconds. */
  stallMs: number;
  /** The same in wall-clock time, which includes waits for other processes and the disk. */
  stallClockMs: number;
  /** Peak memory of the worker, in MB. */
  peakMb: number;
  /** How it ended: the number of rows per outcome, or the failure. */
  end: string;
}

/** Options for all cases. */
export interface HostileOptions {
  folder: string;
  /** 1, or less for shorter files. */
  size: number;
  /** Limit of the worker's heap in MB (`--max-old-space-size`). */
  heapMb: number;
  /** Timeout of a case. */
  maxSeconds: number;
}

const dist = join(__dirname, '..', '..', 'dist');
const meter = pathToFileURL(join(__dirname, 'stall-meter.mjs')).href;
const teamId = 'team';
const taskQueue = 'prism-imports';

/** Imports the files of each group at once, group by group, with a fresh worker for each. */
export async function runHostileFiles(
  groups: readonly { name: string; cases: readonly FileCase[] }[],
  options: HostileOptions,
  onRun: (run: FileRun) => void,
): Promise<void> {
  const temporal = await startEmbeddedTemporal(await temporalCli(), join(options.folder, 'temporal.log'));
  const sink = await startImportSink();
  try {
    for (const { name, cases } of groups) {
      const { address, client } = temporal;
      onRun({ name, ...(await runGroup(cases, options, { address, client, baseUrl: sink.baseUrl })) });
    }
  } finally {
    sink.close();
    await temporal.stop();
  }
}

interface Site {
  address: string;
  client: Client;
  baseUrl: string;
}

async function runGroup(
  cases: readonly FileCase[],
  options: HostileOptions,
  site: Site,
): Promise<Omit<FileRun, 'name'>> {
  const { folder, size } = options;
  const paths = cases.map((_, index) => join(folder, 'sources', `case-${index}`));
  mkdirSync(join(folder, 'sources'), { recursive: true });
  for (const [index, each] of cases.entries()) await writeCase(each, size, paths[index] ?? '');
  const stallFile = join(folder, 'stall.json');
  rmSync(stallFile, { force: true });
  const worker = await startWorker(options, site, stallFile);
  const memory = watchMemory(worker.pid);
  try {
    process.kill(worker.pid, 'SIGHUP');
    const beganAt = performance.now();
    const ends = Promise.all(
      cases.map((each, index) => importFile(site.client, each, paths[index] ?? '', options)),
    );
    const died = worker.lost.catch(() => ['the worker died']);
    const end = [...new Set(await Promise.race([ends, died]))].join('; ');
    const seconds = (performance.now() - beganAt) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { seconds, ...longestStall(stallFile), peakMb: peakOf(memory), end };
  } finally {
    memory.stop();
    await worker.stop().catch(() => undefined);
    for (const path of [...paths, join(folder, 'storage')]) rmSync(path, { force: true, recursive: true });
  }
}

function startWorker(
  { folder, heapMb }: HostileOptions,
  { address, baseUrl }: Site,
  stallFile: string,
): Promise<Program<true>> {
  const program = [`--max-old-space-size=${heapMb}`, '--import', meter, join(dist, 'worker.js')];
  return startProgram(program, (printed) => (printed.includes('worker is ready') ? true : null), {
    TEMPORAL_ADDRESS: address,
    MICRO_BASE_URL: baseUrl,
    MICRO_API_KEY: 'bench-key',
    PRISM_SOURCES: `file:${join(folder, 'sources')}`,
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
    PRISM_REQUESTS_PER_SECOND: '1000',
    BENCH_STALL_FILE: stallFile,
  });
}

async function importFile(
  client: Client,
  { format = 'csv', mapping, batchSize = 1000, maxConcurrentImports }: FileCase,
  path: string,
  { maxSeconds }: HostileOptions,
): Promise<string> {
  const handle = await startPipeline(client, taskQueue, {
    teamId,
    objectType: 'organization',
    source: {
      uri: pathToFileURL(path).href,
      format,
      ...(mapping !== undefined && { mapping: mapping as Record<string, string> }),
    },
    batchSize,
    ...(maxConcurrentImports !== undefined && { maxConcurrentImports }),
  });
  const timeUp = `not over after ${maxSeconds} s`;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<string>(
    (resolve) => (timer = setTimeout(() => resolve(timeUp), maxSeconds * 1000)),
  );
  const end = handle
    .result()
    .then(
      ({ totals: { rows, created, failed, unknown } }) =>
        `${rows} rows: ${created} created, ${failed} failed, ${unknown} unknown`,
      failureOf,
    );
  const seen = await Promise.race([end, over]);
  clearTimeout(timer);
  if (seen === timeUp)
    await client.workflow
      .getHandle(handle.workflowId)
      .terminate()
      .catch(() => undefined);
  return seen;
}

function failureOf(error: unknown): string {
  let cause = error as { type?: string; message: string; cause?: unknown };
  while (cause.type === undefined && cause.cause instanceof Error) cause = cause.cause;
  const { type, message } = cause;
  return `${type ?? 'error'}: ${message.replace(/file:\S+/g, 'FILE').slice(0, 120)}`;
}

/** The worker's last report. It writes nothing while it is blocked, or once it is dead. */
function longestStall(file: string): Pick<FileRun, 'stallMs' | 'stallClockMs'> {
  if (!existsSync(file)) return { stallMs: NaN, stallClockMs: NaN };
  const { longestMs, longestClockMs } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  return { stallMs: longestMs ?? NaN, stallClockMs: longestClockMs ?? NaN };
}

function peakOf(memory: { peakMb: () => number }): number {
  try {
    return memory.peakMb();
  } catch {
    return NaN; // the process is gone
  }
}
