import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');

/** A program of bench/ in its own process. It sends a message when it is ready, and its usage on request. */
export interface Child<Ready, Usage> {
  /** Its message when it was ready. */
  ready: Ready;
  /** Its usage so far. Rejects if the process has ended. */
  usage: () => Promise<Usage>;
}

/**
 * Starts a process while `use` runs. It exits by itself if this process ends, because their channel closes. Rejects as
 * `use` does, and if the process ends before it is ready.
 */
export async function withChild<Ready, Usage, T>(
  parameters: string[],
  use: (child: Child<Ready, Usage>) => Promise<T>,
): Promise<T> {
  const child = fork(runBench, parameters);
  try {
    const ready = (await nextMessage(child)) as Ready;
    const usage = async () => {
      child.send('usage');
      return (await nextMessage(child)) as Usage;
    };
    return await use({ ready, usage });
  } finally {
    await end(child);
  }
}

/**
 * Runs in the process itself: sends its usage on request, and exits when the parent ends. Report readiness with
 * `process.send`.
 */
export function answerParent(usage: () => unknown): void {
  process.once('disconnect', () => process.exit());
  process.on('message', () => {
    void Promise.resolve(usage()).then((message) => process.send?.(message));
  });
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A process ended while it was needed: see its error above'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}
