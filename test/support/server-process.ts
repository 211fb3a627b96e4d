import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Executable } from '../../src/dev/executable';
import { freePort } from '../../src/dev/free-port';
import { isAlive } from '../../src/dev/is-alive';

/** A Temporal server to start: its program, and its arguments once its port is known. */
export interface ServerProgram {
  executable: Executable;
  parameters: (port: number) => string[];
  supportsTimeSkipping: boolean;
}

/** Start timeout; the SDK's own is 5 s, which a busy machine can exceed. */
const startLimitMs = 180_000;
/** Another process may have taken the port in the meantime. */
const attempts = 3;
const maxSaid = 2000;

/** `TestWorkflowEnvironment.create`, which is private only in TypeScript. */
const { create } = TestWorkflowEnvironment as unknown as {
  create: (options: {
    server: { type: 'existing' };
    address: string;
    namespace: string;
    supportsTimeSkipping: boolean;
  }) => Promise<TestWorkflowEnvironment>;
};

/** Starts a server on a free port and waits until it answers; the environment's `teardown()` stops it. */
export async function startServer(
  { executable, parameters, supportsTimeSkipping }: ServerProgram,
  attempt = 1,
): Promise<TestWorkflowEnvironment> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = spawn(executable.path, parameters(port), { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = collect(server);
  if (!(await isUp(server, address))) {
    const ended = !isAlive(server);
    await stop(server);
    if (ended && attempt < attempts)
      return startServer({ executable, parameters, supportsTimeSkipping }, attempt + 1);
    throw new Error(`${executable.path} did not ${ended ? 'start' : 'answer'}. It said: ${said()}`);
  }
  const environment = await create
    .call(TestWorkflowEnvironment, {
      server: { type: 'existing' },
      address,
      namespace: 'default',
      supportsTimeSkipping,
    })
    .catch(async (error: unknown) => {
      await stop(server);
      throw error;
    });
  const disconnect = environment.teardown.bind(environment);
  environment.teardown = async () => {
    await disconnect();
    await stop(server);
  };
  return environment;
}

/** Whether the server answers within the limit, before it exits. */
async function isUp(server: ChildProcess, address: string): Promise<boolean> {
  const deadline = Date.now() + startLimitMs;
  while (isAlive(server) && Date.now() < deadline) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      await connection.close();
      return true;
    } catch {
      await delay(50);
    }
  }
  return false;
}

async function stop(server: ChildProcess): Promise<void> {
  if (!isAlive(server)) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

/** The end of a process's output. */
function collect(server: ChildProcess): () => string {
  let text = '';
  const take = (chunk: Buffer) => (text = (text + chunk.toString()).slice(-maxSaid));
  server.stdout?.on('data', take);
  server.stderr?.on('data', take);
  server.once('error', ({ message }) => (text += message));
  return () => text;
}
