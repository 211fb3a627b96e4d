import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withoutAccounts, type Environment } from '../../src/config/config';

/** Options of a worker process. */
export interface WorkerProcessOptions {
  /**
   * `TEMPORAL_*`, `MICRO_*` and `PRISM_*` variables; those of this process and Temporal's settings file are ignored.
   */
  environment: Environment;
  /** Arguments of Node; default: the built worker. */
  program?: string[];
  /** The log line that says it is ready; default: the built worker's. */
  readyText?: string;
  /** Working directory; default: that of this process. */
  directory?: string;
}

/** A worker in its own process. */
export interface WorkerProcess {
  /** Stops it and waits until it exits; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Kills it with SIGKILL, without a chance to finish anything, and waits until it is gone. */
  kill(): Promise<void>;
  /** Its log so far. */
  log(): string;
  pid: number | undefined;
  /** Whether the started process still exists. */
  isRunning(): boolean;
  /** Rejects, with how it ended and the end of its log, if it ends without `stop()` or `kill()`. */
  crashed: Promise<never>;
}

/** The worker's program. */
export const builtWorker = join(__dirname, '..', '..', 'dist', 'worker.js');
const shownCharacters = 2000;
const maxStartMs = 300_000;

/**
 * Starts the real worker and waits until it is ready. Rejects with the end of its log if it exits earlier or takes
 * longer than 300 s; in both cases the worker is gone.
 */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const child = spawn(process.execPath, options.program ?? [builtWorker], {
    cwd: options.directory,
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...options.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  ended.catch(() => undefined); // a failed start is reported below
  let log = '';
  let limit: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(new Error(`The worker is not ready: ${log.slice(-shownCharacters)}`));
      limit = setTimeout(giveUp, maxStartMs);
      child.once('error', reject).once('close', giveUp);
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes(options.readyText ?? 'worker is ready')) resolve();
      });
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(limit);
  }
  let isEnding = false;
  const crashed = new Promise<never>((_, reject) => {
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      if (!isEnding) reject(new Error(`The worker ended with ${how}: ${log.slice(-shownCharacters)}`));
    });
  });
  crashed.catch(() => undefined); // not every test waits for it
  return {
    crashed,
    async stop() {
      isEnding = true;
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    async kill() {
      isEnding = true;
      child.kill('SIGKILL');
      await ended;
    },
    log: () => log,
    pid: child.pid,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}
