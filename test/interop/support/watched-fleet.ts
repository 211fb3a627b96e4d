import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import type { Environment } from '../../../src/config/config';
import { freePort } from '../../../src/dev/free-port';
import type { TrackImportInput } from '../../../src/core/tracker/input';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startPipeline } from '../../../src/temporal/pipelines';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { statusQuery } from '../../../src/workflows/messages';
import { startDevServer } from '../../support/temporal';
import { startWorkerProcess } from '../../support/worker-process';
import { startPrometheus, type Prometheus } from './prometheus';
import { until } from '../../support/until';

const team = 'acme';
const taskQueue = 'prism-imports';

/** A worker with imports of every kind, and a Prometheus that watches it by our rules. */
export interface WatchedFleet {
  prometheus: Prometheus;
  /** `host:port` of the Temporal server. */
  temporalAddress: string;
  /** Has imports end in every way, and polls fail in several. Rounds may follow each other. */
  round(n: number): Promise<void>;
  /** Takes the storage away while an import wants to store its results. */
  breakStorage(): Promise<void>;
  /** Ends the Temporal server. */
  stopTemporal(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts it all; resolves when `imp-2` is being followed and `imp-4` was found to be unknown. The key may make 20
 * requests a month.
 */
export async function startWatchedFleet(ruleFiles: string[]): Promise<WatchedFleet> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'prism-imports-watched-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const server = await startDevServer();
    const stopTemporal = once(() => server.teardown());
    closers.push(stopTemporal);
    const emulator = await startPrismEmulator({ asyncThreshold: 10, job: { duration: '1s' } });
    closers.push(() => emulator.close());
    const storage = join(folder, 'storage');
    await mkdir(join(folder, 'sources'));
    const target = `127.0.0.1:${await freePort()}`;
    const environment = {
      TEMPORAL_ADDRESS: server.address,
      MICRO_API_KEY: 'emulator-key',
      MICRO_BASE_URL: emulator.baseUrl,
      PRISM_STORAGE: `file:${storage}`,
      PRISM_SOURCES: `file:${join(folder, 'sources')}`,
      PRISM_REQUESTS_PER_MONTH: '20',
    };
    await followSome(server.client, emulator, environment);
    const watched = await startWorkerProcess({
      environment: { ...environment, PRISM_METRICS_ADDRESS: target },
    });
    closers.push(() => watched.stop());
    const docsUrl = 'https://wiki.example/prism';
    const prometheus = await startPrometheus({
      ...{ job: taskQueue, target, ruleFiles, intervalSeconds: 1 },
      docsUrl,
    });
    closers.push(() => prometheus.stop());
    // It looks for targets a while after it is ready.
    await until(async () => (await prometheus.query('up == 1')).length > 0);
    const { client } = server;
    return {
      prometheus,
      temporalAddress: server.address,
      round: async (n) => {
        await Promise.all([importRows(client, folder, n), endInEveryWay(client, emulator, n)]);
      },
      breakStorage: () => breakStorage(client, emulator, storage),
      stopTemporal,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Lets a worker begin to follow `imp-2` and find that there is no `imp-4`. It is gone when the watched one starts,
 * since the gauges of the fleet are asked for at a worker's start and then once a minute.
 */
async function followSome(
  client: Client,
  { controller }: PrismEmulator,
  environment: Environment,
): Promise<void> {
  const worker = await startWorkerProcess({ environment });
  try {
    await controller.createJob({ teamId: team, jobId: 'imp-2', duration: '1h', total: 1000 });
    const running = await startOrAttachTracker(client, taskQueue, { teamId: team, jobId: 'imp-2' });
    const unknown = { teamId: team, jobId: 'imp-4', submittedAt: anHourAgo() };
    await (await startOrAttachTracker(client, taskQueue, unknown)).result();
    await until(async () => (await running.query(statusQuery)).polls > 0);
  } finally {
    await worker.stop();
  }
}

async function breakStorage(client: Client, { controller }: PrismEmulator, storage: string): Promise<void> {
  await rename(storage, `${storage}-gone`);
  await writeFile(storage, '');
  await controller.createJob({ teamId: team, jobId: 'not-stored', duration: 0, total: 20 });
  await startOrAttachTracker(client, taskQueue, { teamId: team, jobId: 'not-stored', results: 'stored' });
}

/** Does it the first time it is called, and then no more. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

/** A pipeline of 30 rows, one of which cannot be read. */
async function importRows(client: Client, folder: string, n: number): Promise<void> {
  const file = join(folder, 'sources', `rows-${n}.csv`);
  const rows = Array.from({ length: 30 }, (_, row) =>
    row === 3 ? 'broken' : `Org ${row},o${n}-${row}.example`,
  );
  await writeFile(file, ['name,primary_domain', ...rows].join('\n'));
  const pipeline = await startPipeline(client, taskQueue, {
    teamId: team,
    objectType: 'organization',
    source: { uri: pathToFileURL(file).href, format: 'csv' },
    options: { dedupe_by: 'primary_domain' },
    batchSize: 15,
  });
  await pipeline.result();
}

async function endInEveryWay(client: Client, { controller }: PrismEmulator, n: number): Promise<void> {
  const follow = async (name: string, more: Partial<TrackImportInput> = {}) => {
    const tracker = await startOrAttachTracker(client, taskQueue, {
      teamId: team,
      jobId: `${name}-${n}`,
      ...more,
    });
    return tracker.result().catch(() => null);
  };
  const create = (name: string, job = {}) =>
    controller.createJob({ teamId: team, jobId: `${name}-${n}`, duration: 0, total: 5, ...job });
  await Promise.all([
    create('complete'),
    create('failed'),
    create('unavailable', { duration: '3s' }),
    create('refused'),
  ]);
  await controller.setJob(`failed-${n}`, {
    status: 'failed',
    error: { code: 'import_worker_failed', message: 'The import could not be finished' },
  });
  controller.addRule({ path: `/unavailable-${n}$`, times: 3, respond: { status: 503 } });
  controller.addRule({ path: `/refused-${n}$`, respond: { status: 401 } });
  await Promise.all([
    follow('complete'),
    follow('failed'),
    follow('unavailable'),
    follow('refused'),
    follow('unknown', { submittedAt: anHourAgo() }),
  ]);
}
