import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServerMessage, ServerRole, Usage } from './emulator-server';

const runBench = join(__dirname, '..', '..', 'scripts', 'run-bench.mjs');

/** A server in a process of its own. */
export interface ServerProcess {
  url: string;
  /** What it has used so far. Rejects when the process has ended. */
  usage: () => Promise<Usage>;
}

/**
 * Starts a server for as long as `use` takes, whatever comes of it. It ends by itself when this process is no more, since its channel to it closes.
 * Rejects as `use` does, and when the server cannot start.
 */
export async function withServer<T>(
  role: ServerRole,
  use: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const child = fork(runBench, ['emulator', 'serve', JSON.stringify(role)]);
  try {
    return await use(await serverOf(child));
  } finally {
    await end(child);
  }
}

async function serverOf(child: ChildProcess): Promise<ServerProcess> {
  const { url } = (await nextMessage(child)) as { url: string };
  const usage = async () => {
    child.send('usage');
    return (await nextMessage(child)) as Usage;
  };
  return { url, usage };
}

function nextMessage(child: ChildProcess): Promise<ServerMessage> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A server process ended while it was needed: see its error above'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as ServerMessage);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}
