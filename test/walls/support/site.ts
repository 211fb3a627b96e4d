import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { freePort } from '../../../src/dev/free-port';
import type { Environment } from '../../../src/config/config';
import { startDevServer, type DevServerOptions } from '../../support/temporal';
import { TemporaryFiles } from '../../support/temporary-files';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startGate, type Gate } from './gate';
import { allKept, leaksIn, privateData } from './private-data';

/** Team and job ids of the attackers' imports. */
export const teamId = 'team-under-attack';

/** How a site differs from the usual one. */
export interface WallSiteOptions {
  /** Further variables of the worker. */
  environment?: Environment;
  /** How the server differs. */
  server?: DevServerOptions;
}

/**
 * All that an attack is made on, for real: a server, an API, a worker process with every output on, a folder that files
 * may be read from, and a file outside it.
 */
export interface WallSite {
  env: TestWorkflowEnvironment;
  emulator: PrismEmulator;
  /** Stands between the worker and the API. */
  gate: Gate;
  worker: WorkerProcess;
  /** Kills the worker and starts another. */
  restartWorker(): Promise<void>;
  taskQueue: string;
  folder: string;
  /** Writes a file that may be imported, and gives its URI. */
  source(name: string, content: string | Uint8Array): string;
  /** URI of a file that may not be. */
  outside: string;
  /** What the worker serves as metrics. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

const builtWorker = join(__dirname, '..', '..', '..', 'dist', 'worker.js');

/** Starts a site for a test file. */
export async function startWallSite(options: WallSiteOptions = {}): Promise<WallSite> {
  const files = new TemporaryFiles();
  for (const name of ['sources', 'store', 'elsewhere']) mkdirSync(join(files.folder, name));
  const outside = files.write(join('elsewhere', 'passwd'), `${privateData.outside}\n`);
  const [env, emulator, port] = await Promise.all([
    startDevServer(options.server),
    startPrismEmulator({ job: { duration: '200ms' }, asyncThreshold: 5 }),
    freePort(),
  ]);
  const gate = await startGate(emulator.baseUrl);
  const taskQueue = `walls-${randomUUID()}`;
  const workerOptions = {
    program: [builtWorker],
    environment: {
      TEMPORAL_ADDRESS: env.address,
      MICRO_API_KEY: privateData.apiKey,
      MICRO_BASE_URL: gate.url,
      MICRO_CUSTOM_HEADERS: `x-tenant: ${privateData.tenant}`,
      PRISM_TASK_QUEUE: taskQueue,
      PRISM_SOURCES: `file:${files.folder}/sources`,
      PRISM_STORAGE: `file:${files.folder}/store`,
      PRISM_REQUESTS_PER_SECOND: '500',
      PRISM_METRICS_ADDRESS: `127.0.0.1:${port}`,
      PRISM_LOG_LEVEL: 'debug',
      ...options.environment,
    },
  };
  const site: WallSite = {
    env,
    emulator,
    gate,
    worker: await startWorkerProcess(workerOptions),
    async restartWorker() {
      await site.worker.kill();
      site.worker = await startWorkerProcess(workerOptions);
    },
    taskQueue,
    folder: files.folder,
    outside,
    source(name, content) {
      const path = join(files.folder, 'sources', name);
      writeFileSync(path, content);
      return pathToFileURL(path).href;
    },
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    async close() {
      await site.worker.kill();
      await gate.close();
      await Promise.all([emulator.close(), env.teardown()]);
      files.remove();
    },
  };
  return site;
}

/** Where private data is shown that nobody may see; nothing when all is well. */
export async function leaksOf(site: WallSite): Promise<string[]> {
  const shown = new Map(await allKept(site.env));
  shown.set('the log', site.worker.log());
  shown.set('the metrics', await site.metrics());
  return [...shown].flatMap(([where, text]) => leaksIn(text).map((found) => `${where} shows ${found}`));
}
