import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../src/dev/embedded-temporal';
import { temporalCli } from '../../src/dev/temporal-cli';
import type { RowTotals } from '../../src/core/pipeline/report';
import { pipelineProgress, startPipeline } from '../../src/temporal/pipelines';
import { startWorker, type EmulatorProcess } from './pipeline-site';

/** The input of a pipeline run. */
export interface PipelineTask {
  /** For the output of Temporal and the worker. */
  folder: string;
  teamId: string;
  file: string;
  batchSize: number;
  concurrency: number;
}

/** The cost of a pipeline run. */
export interface PipelineRun {
  totals: RowTotals;
  /** Peak memory of the worker process, in MB of a million bytes. */
  peakRssMb: number;
  /** From start to report. */
  seconds: number;
  /** How many runs it continued as new over, and their longest history. */
  runs: number;
  longestHistory: { events: number; bytes: number };
}

const taskQueue = 'prism-imports';
const progressEveryMs = 5000;

/**
 * Imports a file with `importRecords`, with its own Temporal server and worker process. Rejects if one of them, or the
 * emulator, exits early.
 */
export async function runPipeline(
  task: PipelineTask,
  emulator: EmulatorProcess,
  onProgress: (rows: number) => void,
): Promise<PipelineRun> {
  const temporal = await startEmbeddedTemporal(await temporalCli(), join(task.folder, 'temporal.log'));
  try {
    return await withWorker(task, temporal, emulator, onProgress);
  } finally {
    await temporal.stop();
  }
}

async function withWorker(
  task: PipelineTask,
  { client, address }: EmbeddedTemporal,
  { baseUrl, lost }: EmulatorProcess,
  onProgress: (rows: number) => void,
): Promise<PipelineRun> {
  const worker = await startWorker({
    TEMPORAL_ADDRESS: address,
    MICRO_BASE_URL: baseUrl,
    MICRO_API_KEY: 'bench-key',
    PRISM_STORAGE: `file:${join(task.folder, 'storage')}`,
    PRISM_SOURCES: pathToFileURL(task.file).href,
    PRISM_REQUESTS_PER_SECOND: '1000',
  });
  try {
    const imported = importFile(task, client, onProgress);
    const { workflowId, ...measured } = await Promise.race([imported, worker.lost, lost]);
    const peakRssMb = worker.memory.peakMb();
    return { ...measured, peakRssMb, ...(await histories(client, workflowId)) };
  } finally {
    worker.memory.stop();
    await worker.stop();
  }
}

async function importFile(
  { teamId, file, batchSize, concurrency }: PipelineTask,
  client: Client,
  onProgress: (rows: number) => void,
) {
  const beganAt = performance.now();
  const handle = await startPipeline(client, taskQueue, {
    teamId,
    objectType: 'organization',
    source: { uri: pathToFileURL(file).href, format: 'csv' },
    options: { dedupe_by: 'primary_domain' },
    batchSize,
    maxConcurrentImports: concurrency,
  });
  const { workflowId } = handle;
  const reportProgress = async () => onProgress((await pipelineProgress(client, workflowId)).processed);
  // A failure does not matter; the next call will succeed or report it.
  const timer = setInterval(() => void reportProgress().catch(() => undefined), progressEveryMs);
  const { totals } = await handle.result().finally(() => clearInterval(timer));
  return { workflowId, totals, seconds: (performance.now() - beganAt) / 1000 };
}

/** The histories of all runs of a workflow, with sizes from the server. */
async function histories(
  client: Client,
  workflowId: string,
): Promise<Pick<PipelineRun, 'runs' | 'longestHistory'>> {
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
