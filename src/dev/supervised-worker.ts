import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../config/config';

/** A worker in its own process that is restarted whenever it dies. */
export interface SupervisedWorker {
  /** Resolves when it first serves its task queues. */
  ready: Promise<void>;
  /** Process id of the current worker; 0 if none is running. */
  pid(): number;
  /** Stops it gracefully, by force after 10 s; resolves when it has exited. */
  stop(): Promise<void>;
}

const program = join(__dirname, '..', 'worker.js');
/** After this many starts in a row that end before the worker is ready, it is given up. */
const maxFailedStarts = 5;
const workerStopLimitMs = 10_000;

/**
 * Starts the worker with only the given environment, and logs to a file. Calls `onStart` with the process id of every
 * start, and `onGivenUp` if the worker cannot be kept running.
 */
export function superviseWorker(options: {
  environment: Environment;
  logFile: string;
  onStart: (pid: number, starts: number) => void;
  onGivenUp: (error: Error) => void;
}): SupervisedWorker {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  let child: ChildProcess | null = null;
  let stopping = false;
  let starts = 0;
  let failedStarts = 0;
  let reportReady: () => void = () => undefined;
  const firstReady = new Promise<void>((resolve) => {
    reportReady = resolve;
  });

  const start = () => {
    starts += 1;
    let ready = false;
    const started = spawn(process.execPath, [program], {
      env: options.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    started.stderr.on('data', (chunk: Buffer) => {
      ready ||= chunk.includes('worker is ready');
      if (ready) reportReady();
      log.write(chunk);
    });
    started.once('spawn', () => options.onStart(started.pid ?? 0, starts));
    started.once('error', options.onGivenUp);
    // Not on exit: the end of its log may arrive later.
    started.once('close', (code, signal) => {
      child = null;
      if (stopping || started.pid === undefined) return;
      failedStarts = ready ? 0 : failedStarts + 1;
      if (failedStarts < maxFailedStarts) return start();
      const how = signal ?? `exit code ${code}`;
      options.onGivenUp(
        new Error(
          `The worker ended ${failedStarts} times before it was ready (${how}); see ${options.logFile}`,
        ),
      );
    });
  };
  start();

  return {
    ready: firstReady,
    pid: () => child?.pid ?? 0,
    async stop() {
      stopping = true;
      if (child !== null) {
        const stopped = child;
        const gone = once(stopped, 'close');
        stopped.kill('SIGTERM');
        const limit = setTimeout(() => stopped.kill('SIGKILL'), workerStopLimitMs);
        await gone;
        clearTimeout(limit);
      }
      log.end();
    },
  };
}
