import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { withoutAccounts, type Environment } from '../config';
import { startPrismEmulator, type PrismEmulator } from '../emulator';
import { startEmbeddedTemporal, type EmbeddedTemporal } from './embedded-temporal';
import { superviseWorker, type SupervisedWorker } from './supervised-worker';

/** Team of the demonstration; the emulator accepts any. */
export const demoTeamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';

/** Everything the demonstration runs on, all of it on loopback. */
export interface DemoSite {
  temporal: EmbeddedTemporal;
  emulator: PrismEmulator;
  taskQueue: string;
  /** Folder of report, results, emulator's journal and worker's log. */
  folder: string;
  journalFile: string;
  /** Rejects when the worker cannot be kept running; never resolves. */
  workerLost: Promise<never>;
  stop(): Promise<void>;
}

const taskQueue = 'prism-imports';
const demoKey = 'demo-key';
/** A thousand rows take the emulator four seconds, a little more or less. */
const jobDurationMs = (rows: number, jobNumber: number) => 1000 + rows * (3 + (jobNumber % 3) / 2);

/**
 * Starts Temporal with its UI, the emulator, and a worker in its own process. Whatever `MICRO_*`, `TEMPORAL_*` and `temporal.toml` say is ignored:
 * a demonstration must never reach somebody's workspace or cluster. `say` is told what is going on.
 */
export async function startDemoSite(say: (line: string) => void): Promise<DemoSite> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-'));
  const journalFile = join(folder, 'emulator.jsonl');
  const temporal = await startEmbeddedTemporal();
  say(`Temporal server at ${temporal.address}, its UI at ${temporal.uiUrl}`);
  const emulator = await startPrismEmulator({ journalFile, jobDurationMs });
  say(`Prism emulator  at ${emulator.baseUrl}`);
  const { worker, lost } = startWorker(
    say,
    join(folder, 'worker.log'),
    await workerEnvironment(folder, temporal, emulator),
  );
  return {
    temporal,
    emulator,
    taskQueue,
    folder,
    journalFile,
    workerLost: lost,
    async stop() {
      await worker.stop();
      await emulator.close();
      await temporal.env.teardown();
    },
  };
}

function startWorker(
  say: (line: string) => void,
  logFile: string,
  environment: Environment,
): { worker: SupervisedWorker; lost: Promise<never> } {
  let giveUp: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  lost.catch(() => undefined);
  const worker = superviseWorker({
    environment,
    logFile,
    onStart: (pid, starts) => say(`Worker ${starts === 1 ? 'started' : 'restarted'}, pid ${pid}`),
    onGivenUp: (error) => giveUp(error),
  });
  return { worker, lost };
}

async function workerEnvironment(
  folder: string,
  temporal: EmbeddedTemporal,
  emulator: PrismEmulator,
): Promise<Environment> {
  const emptyToml = join(folder, 'temporal.toml');
  await writeFile(emptyToml, '');
  return {
    ...withoutAccounts(),
    TEMPORAL_CONFIG_FILE: emptyToml,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY: demoKey,
    PRISM_TASK_QUEUE: taskQueue,
    PRISM_REQUESTS_PER_SECOND: '10',
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
    PRISM_METRICS_ADDRESS: '',
  };
}
