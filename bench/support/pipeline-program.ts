import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { withoutAccounts, type Environment } from '../../src/config/config';

/** One of our programs in its own process, and what it printed when it was ready. */
export interface Program<T> {
  pid: number;
  found: T;
  /** Rejects, with its last output, if it exits by itself; never resolves. */
  lost: Promise<never>;
  stop: () => Promise<void>;
}

const keptCharacters = 10_000;

/**
 * Starts a built program, without the user's accounts, and waits until `listen` finds in its output that it is ready.
 * Rejects with its output if it exits earlier. It is killed when this process exits.
 */
export async function startProgram<T>(
  parameters: string[],
  listen: (printed: string) => T | null,
  environment: Environment = {},
): Promise<Program<T>> {
  const child = spawn(process.execPath, parameters, {
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { last: '', onOutput: (): void => undefined };
  const closed = endsWithUs(child);
  const lost = closed.then((): never => {
    throw new Error(`${parameters.join(' ')} has ended by itself:\n${output.last}`);
  });
  lost.catch(() => undefined);
  const ready = new Promise<T>((resolve) => {
    output.onOutput = () => {
      const found = listen(output.last);
      if (found === null) return;
      output.onOutput = () => undefined;
      resolve(found);
    };
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.last = (output.last + text).slice(-keptCharacters);
      output.onOutput();
    });
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  return { pid: child.pid ?? 0, found: await Promise.race([ready, lost]), lost, stop };
}

/** Resolves when the child has exited; rejects if it could not be started. It is killed when this process exits. */
export async function endsWithUs(child: ChildProcess): Promise<void> {
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  try {
    await once(child, 'close');
  } finally {
    process.off('exit', killAtExit);
  }
}
