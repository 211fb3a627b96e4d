import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { closeAll } from '../../src/dev/close-all';
import { startWorker as startWorkerProgram } from '../support/pipeline-site';
import { startFleetServer, type FleetServer, type ServerChoice } from './server';

/** Which build of the worker: the first release, as kept in test/upgrade, or this one. */
export type Build = '0.1.0' | 'this';

/** How to start a worker. */
interface WorkerChoice {
  taskQueue: string;
  build?: Build;
  /** How many workflows it caches at most; default: its own limit. */
  cached?: number;
  /** Its requests to the API per second; default: more than any worker makes. */
  requestsPerSecond?: number;
}

/** A worker in its own process, as in production. */
export interface FleetWorker {
  pid: number;
  stop: () => Promise<void>;
  /** Kills it with SIGKILL. */
  kill: () => Promise<void>;
}

/** A Temporal server, an emulator of the API, and workers. */
export interface FleetSite {
  server: FleetServer;
  emulator: PrismEmulator;
  startWorker: (choice: WorkerChoice) => Promise<FleetWorker>;
}

export const teamId = 'fleet';

const builds = join(__dirname, '..', '..', 'test', 'upgrade', 'builds');

/** Runs `use` with server and emulator; both end when it ends, or by SIGINT or SIGTERM. */
export async function withFleetSite<T>(
  choice: ServerChoice,
  use: (site: FleetSite) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-fleet-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const server = await startFleetServer(choice, folder);
    closers.push(() => server.stop());
    const emulator = await startPrismEmulator({ job: { duration: '6d' } });
    closers.push(() => emulator.close());
    const measured = use({
      ...{ server, emulator },
      async startWorker({ taskQueue, build = 'this', cached, requestsPerSecond = 5000 }) {
        const { pid, memory, stop, lost } = await startWorkerProgram(
          {
            TEMPORAL_ADDRESS: server.address,
            MICRO_BASE_URL: emulator.baseUrl,
            MICRO_API_KEY: 'bench-key',
            PRISM_TASK_QUEUE: taskQueue,
            PRISM_REQUESTS_PER_SECOND: String(requestsPerSecond),
            ...(cached !== undefined && { PRISM_MAX_CACHED_WORKFLOWS: String(cached) }),
          },
          build === 'this' ? undefined : join(builds, build, 'worker.js'),
        );
        memory.stop();
        const kill = () => {
          process.kill(pid, 'SIGKILL');
          return lost.catch(() => undefined);
        };
        return { pid, stop, kill };
      },
    });
    return await Promise.race([measured, interrupted()]);
  } finally {
    await closeAll(closers);
  }
}

/** Rejects when the program is asked to end. Its workers end when it exits. */
async function interrupted(): Promise<never> {
  const [signal] = (await Promise.race(['SIGINT', 'SIGTERM'].map((name) => once(process, name)))) as [string];
  throw new Error(`stopped by ${signal}`);
}
