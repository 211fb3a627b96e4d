import type { ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { startEmbeddedTemporal } from '../../src/dev/embedded-temporal';
import { closeAll } from '../../src/dev/close-all';
import { freePort } from '../../src/dev/free-port';
import { isAlive } from '../../src/dev/is-alive';
import { temporalCli } from '../../src/dev/temporal-cli';
import { connectClient } from '../../src/temporal/connection';
import { prepareFullServer } from '../../test/interop/support/full-server';
import { endsWithUs } from '../support/pipeline-program';
import { waitFor } from '../support/wake-site';

/** The servers that the bench can start: Temporal's development server, or the full one of the compose file. */
export const serverKinds = ['memory', 'sqlite', 'postgresql'] as const;
export type ServerKind = (typeof serverKinds)[number];

/** Which server to use: one to start, or the address of one that runs elsewhere. */
export type ServerChoice = { kind: ServerKind } | { address: string };

/** A Temporal server with our search attributes. */
export interface FleetServer {
  client: Client;
  /** `host:port` for workers. */
  address: string;
  /** Process ids of the server and its database, whose children count too; none if the server is not ours. */
  pids: number[];
  /** Size of the database in bytes; null if unknown. */
  storedBytes: () => Promise<number | null>;
  stop: () => Promise<void>;
}

/** Starts the server, or connects to it; `folder` is for its files. */
export async function startFleetServer(choice: ServerChoice, folder: string): Promise<FleetServer> {
  if ('address' in choice) return serverElsewhere(choice.address);
  return choice.kind === 'postgresql' ? fullServer() : developmentServer(choice.kind, folder);
}

async function developmentServer(kind: 'memory' | 'sqlite', folder: string): Promise<FleetServer> {
  const file = kind === 'sqlite' ? join(folder, 'temporal.db') : null;
  const flags = file === null ? [] : ['--db-filename', file];
  const server = await startEmbeddedTemporal(await temporalCli(), join(folder, 'temporal.log'), flags);
  const storedBytes = async () => {
    if (file === null) return null;
    const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const { client, address, pid } = server;
  return { client, address, pids: [pid], storedBytes, stop: () => server.stop() };
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => ({ size: 0 }))).size;

/** The full server on PostgreSQL, configured as in the compose file. */
async function fullServer(): Promise<FleetServer> {
  const full = await prepareFullServer();
  const closers: (() => Promise<unknown>)[] = [() => full.close()];
  const stop = () => closeAll(closers);
  try {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const server = full.start(port);
    const ended = endsWithUs(server);
    ended.catch(() => undefined); // one that could not be started has ended too
    const endServer = async () => {
      server.kill('SIGTERM');
      await ended;
    };
    closers.push(endServer);
    const client = await connectWhenUp(address, server);
    // After the server's end: the SDK retries a call that this interrupts, and on a closed connection the retry throws
    // where nobody can catch it.
    closers.splice(closers.indexOf(endServer), 0, () => client.connection.close());
    return {
      ...{ client, address, pids: [server.pid ?? 0, full.postgresql.pid()] },
      async storedBytes() {
        const sizes = 'SELECT sum(pg_database_size(datname)) FROM pg_database WHERE datname LIKE';
        return Number(await full.postgresql.run('postgres', `${sizes} 'temporal%_${port}'`));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function serverElsewhere(address: string): Promise<FleetServer> {
  const client = await connectTo(address);
  const stop = () => client.connection.close();
  return { client, address, pids: [], storedBytes: () => Promise.resolve(null), stop };
}

const connectTo = (address: string): Promise<Client> =>
  connectClient({ address, namespace: 'default', connectionOptions: () => ({}) });

/** Connects when the server answers; rejects if it ends before. */
async function connectWhenUp(address: string, server: ChildProcess): Promise<Client> {
  let client: Client | null = null;
  await waitFor(async () => {
    if (!isAlive(server)) throw new Error('The Temporal server has ended before it answered');
    client = await connectTo(address).catch(() => null);
    return client !== null;
  });
  return client!;
}
