import { mkdtemp } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/config';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startEmbeddedTemporal, type EmbeddedTemporal } from './embedded-temporal';
import type { Executable } from './executable';
import { writeSitePrograms, type SitePrograms } from './site-programs';
import { superviseWorker, type SupervisedWorker } from './supervised-worker';

/** Team of the demonstration; the emulator accepts any. */
export const demoTeamId = '7951e46f-5947-4685-9da7-54824ebc0f4d';

/** The running parts of the demonstration, all on loopback. */
export interface DemoSite {
  temporal: EmbeddedTemporal;
  emulator: PrismEmulator;
  taskQueue: string;
  /** Folder for reports, results and logs. */
  folder: string;
  journalFile: string;
  programs: SitePrograms;
  /** Process id of the current worker. */
  workerPid(): number;
  /** Resolves when the worker first serves its task queues. */
  workerReady: Promise<void>;
  /** Rejects if the worker keeps failing; never resolves. */
  workerLost: Promise<never>;
  stop(): Promise<void>;
}

const taskQueue = 'prism-imports';
const demoKey = 'demo-key';
/** The emulator needs about four seconds for a thousand rows. */
const duration = { base: '1s', perRow: 3 };

/**
 * Starts Temporal with its UI, the emulator, and a worker in its own process. Ignores `MICRO_*`, `TEMPORAL_*` and
 * `temporal.toml`, because a demonstration must never reach a real workspace or cluster. `say` receives progress
 * messages; `sources` is what the worker may read, as in `PRISM_SOURCES`.
 */
export async function startDemoSite(
  executable: Executable,
  say: (line: string) => void,
  sources: string,
): Promise<DemoSite> {
  const folder = await mkdtemp(join(tmpdir(), 'prism-imports-'));
  const temporal = await startEmbeddedTemporal(executable, join(folder, 'temporal.log'));
  try {
    say(`Temporal server at ${temporal.address}, its UI at ${temporal.uiUrl}`);
    const journalFile = join(folder, 'emulator.jsonl');
    const emulator = await startPrismEmulator({ journalFile, job: { duration } });
    say(`Prism emulator  at ${emulator.baseUrl}`);
    const environment = siteEnvironment(folder, temporal, emulator);
    const programs = await writeSitePrograms(
      folder,
      { ...environment, MICRO_TEAM_ID: demoTeamId, PRISM_UI_ADDRESS: temporal.uiUrl },
      temporal.executable,
    );
    const { worker, lost } = startWorker(say, join(folder, 'worker.log'), {
      ...environment,
      PRISM_SOURCES: sources,
    });
    const stop = async () => {
      try {
        await worker.stop();
        await emulator.close();
      } finally {
        await temporal.stop();
      }
    };
    const places = { temporal, emulator, taskQueue, folder, journalFile, programs };
    return { ...places, workerPid: () => worker.pid(), workerReady: worker.ready, workerLost: lost, stop };
  } catch (error) {
    await temporal.stop();
    throw error;
  }
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

/** The whole environment of worker and programs; it contains nothing of the user's own. */
function siteEnvironment(folder: string, temporal: EmbeddedTemporal, emulator: PrismEmulator): Environment {
  return {
    TEMPORAL_CONFIG_FILE: devNull,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY: demoKey,
    PRISM_TASK_QUEUE: taskQueue,
    PRISM_REQUESTS_PER_SECOND: '10',
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
  };
}
