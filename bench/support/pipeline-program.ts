import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { withoutAccounts, type Environment } from '../../src/config/config';

/** One of our programs in a process of its own, and what it said when it was ready. */
export interface Program<T> {
  pid: number;
  said: T;
  /** Rejects, with what it printed last, when it ends by itself; never resolves. */
  lost: Promise<never>;
  stop: () => Promise<void>;
}

const keptCharacters = 10_000;

/**
 * Starts a built program, with no account of the user's, and waits until it is ready, which is when `listen` finds
 * something in what it has printed. Rejects with what it printed when it ends before. It is killed when this process
 * exits.
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
  const output = { last: '', heard: (): void => undefined };
  const closed = endsWithUs(child);
  const lost = closed.then((): never => {
    throw new Error(`${parameters.join(' ')} has ended by itself:\n${output.last}`);
  });
  lost.catch(() => undefined);
  const ready = new Promise<T>((resolve) => {
    output.heard = () => {
      const said = listen(output.last);
      if (said === null) return;
      output.heard = () => undefined;
      resolve(said);
    };
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.last = (output.last + text).slice(-keptCharacters);
      output.heard();
    });
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  return { pid: child.pid ?? 0, said: await Promise.race([ready, lost]), lost, stop };
}

/** Resolves when the child has ended, and rejects when it could not be started. It is killed when this process ends. */
export async function endsWithUs(child: ChildProcess): Promise<void> {
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  try {
    await once(child, 'close');
  } finally {
    process.off('exit', killAtExit);
  }
}
