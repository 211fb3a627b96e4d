import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { freePort } from '../../../src/dev/free-port';
import { trackerWorkflowId } from '../../../src/core/ids';
import type { ImportRecordsInput } from '../../../src/core/pipeline/input';
import type { ImportOutcome } from '../../../src/core/tracker/outcome';
import type { TrackImportInput } from '../../../src/core/tracker/input';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { importRecords } from '../../../src/workflows/import-records';
import type { trackImport } from '../../../src/workflows/track-import';
import { startDevServer } from '../../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startOtlpReceiver, type OtlpReceiver } from './otlp-receiver';

/** All that must stay inside: the key, a header, addresses and values of rows. Nothing else in a run has this word. */
export const mark = /marked/i;
const key = 'mk-marked-key-0123456789';
const tenant = 'marked-tenant-secret';

export const teamId = 'telemetry-team';
/** A job that the API is always too busy to tell of. */
export const troubledJobId = 'troubled-job';

/** Rows of the pipeline's file that become records, and of the job that is only followed. */
export const rowCounts = { imported: 25, followed: 12 };

/**
 * A worker with everything on that has done its work: a pipeline with faults, a tracker of a job of somebody else's,
 * one that never got an answer.
 */
export interface MarkedRun {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  receiver: OtlpReceiver;
  worker: WorkerProcess;
  metricsUrl: string;
  healthUrl: string;
  /** The trace that all workflows were started in. */
  traceId: string;
  jobId: string;
  close(): Promise<void>;
}

export async function runWithMarkedData(): Promise<MarkedRun> {
  const [env, receiver, folder] = await Promise.all([
    startDevServer(),
    startOtlpReceiver(),
    mkdtemp(join(tmpdir(), 'prism-telemetry-')),
  ]);
  const emulator = await startPrismEmulator({ asyncThreshold: 5, job: { duration: '1s' } });
  echoSecrets(emulator);
  const [metricsPort, healthPort] = [await freePort(), await freePort()];
  const worker = await startWorkerProcess({
    environment: {
      TEMPORAL_CONFIG_FILE: '/dev/null',
      TEMPORAL_ADDRESS: env.address,
      MICRO_API_KEY: key,
      MICRO_BASE_URL: emulator.baseUrl,
      MICRO_CUSTOM_HEADERS: `x-tenant: ${tenant}`,
      PRISM_STORAGE: `file:${folder}/store`,
      PRISM_SOURCES: `file:${folder}/rows.csv`,
      PRISM_METRICS_ADDRESS: `127.0.0.1:${metricsPort}`,
      PRISM_HEALTH_ADDRESS: `127.0.0.1:${healthPort}`,
      PRISM_LOG_LEVEL: 'debug',
      PRISM_REQUESTS_PER_MONTH: '5000',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  const close = async () => {
    await worker.kill();
    await Promise.all([emulator.close(), receiver.close(), env.teardown(), rm(folder, { recursive: true })]);
  };
  const traceId = randomBytes(16).toString('hex');
  try {
    const done = await work(env, emulator, folder, traceId);
    const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    const healthUrl = `http://127.0.0.1:${healthPort}`;
    return { ...{ env, emulator, receiver, worker, traceId, metricsUrl, healthUrl, close }, ...done };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server that tells the secrets back: it puts off a launch, fails a look, and never answers for one job. */
function echoSecrets({ controller }: PrismEmulator): void {
  const echoed = `${key} of ${tenant}`;
  controller.addRule({
    operation: 'import',
    times: 1,
    respond: {
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: { code: 'slow_down', message: `${echoed} sent marked-0@example.com, Marked Value 0` } },
    },
  });
  controller.addRule({
    operation: 'status',
    path: `/${troubledJobId}$`,
    respond: { status: 429, body: { error: { code: 'slow_down', message: echoed } } },
  });
  controller.addRule({
    operation: 'status',
    times: 1,
    respond: { status: 503, body: { error: { code: 'busy', message: echoed } } },
  });
}

async function work(env: TestWorkflowEnvironment, emulator: PrismEmulator, folder: string, traceId: string) {
  const rows = Array.from(
    { length: rowCounts.imported },
    (_, row) => `marked-${row}@example.com,Marked Value ${row}`,
  );
  // One row that cannot be read, and one that the API refuses.
  const csv = [
    'email,first_name',
    ...rows,
    'marked@example.com,Marked,too many cells',
    'marked-address,Marked',
  ];
  await writeFile(join(folder, 'rows.csv'), csv.join('\n'));
  const input: ImportRecordsInput = {
    teamId,
    objectType: 'contact',
    source: { uri: pathToFileURL(join(folder, 'rows.csv')).href, format: 'csv' },
    options: { dedupe_by: 'email' },
    batchSize: 10,
  };
  const client = tracingClient(env, traceId);
  const pipeline = await client.workflow.start<typeof importRecords>('importRecords', {
    taskQueue: 'prism-imports',
    workflowId: 'telemetry-pipeline',
    args: [input],
  });
  await pipeline.result();
  const jobId = await launch(emulator);
  const ends = await Promise.all([
    track(client, { teamId, jobId }),
    track(client, { teamId, jobId: troubledJobId, waitTimeout: '3s' }),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['complete', 'timed_out']);
  return { jobId };
}

async function track(client: Client, input: TrackImportInput): Promise<ImportOutcome> {
  return client.workflow.execute<typeof trackImport>('trackImport', {
    taskQueue: 'prism-imports',
    workflowId: trackerWorkflowId(input.teamId, input.jobId),
    args: [input],
  });
}

/** An import that somebody else has started, as its job id. */
async function launch({ baseUrl }: PrismEmulator): Promise<string> {
  const objects = Array.from({ length: rowCounts.followed }, (_, row) => ({
    default: { email: `marked-other-${row}@example.com`, first_name: 'Marked' },
  }));
  const answer = await fetch(`${baseUrl}/v2/prism/${teamId}/contact/import`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ objects }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { job_id: string }).job_id;
}

/** A client whose workflows belong to a trace, as Temporal's interceptors would have it. */
function tracingClient({ connection, namespace }: TestWorkflowEnvironment, traceId: string): Client {
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const header = defaultPayloadConverter.toPayload({ traceparent });
  return new Client({
    connection,
    ...(namespace !== undefined && { namespace }),
    interceptors: {
      workflow: [
        { start: (input, next) => next({ ...input, headers: { ...input.headers, '_tracer-data': header } }) },
      ],
    },
  });
}
