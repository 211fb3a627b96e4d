import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { devNull } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { withoutAccounts } from '../config/config';
import { connectClient } from '../temporal/connection';
import { searchAttributes } from '../workflows/messages';
import type { Executable } from './executable';
import { freePort } from './free-port';
import { isAlive } from './is-alive';

/** Our own Temporal development server, with its UI. Its state is in memory and is lost when it stops. */
export interface EmbeddedTemporal {
  client: Client;
  /** `host:port` for clients. */
  address: string;
  namespace: string;
  uiUrl: string;
  /** The `temporal` executable that runs it. */
  executable: string;
  /** Process id of the server. */
  pid: number;
  /** Rejects if the server ends before it is stopped; never resolves. */
  lost: Promise<never>;
  /** Stops the server, by force after 10 s, and closes the client's connection. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const namespace = 'default';
/** The default port of `temporal server start-dev`. It is used if free, so that well-known addresses work. */
export const usualPort = 7233;
const usualUiPort = 8233;
const startLimitMs = 60_000;
const retryMs = 100;
const serverStopLimitMs = 10_000;
const shownCharacters = 500;

/**
 * Starts the server on loopback, with our search attributes, and waits until it answers. Ignores the environment's
 * `TEMPORAL_*`, settings files and proxies. Rejects if the server exits at once or does not answer within a minute;
 * `logFile` then says why. `flags` are additional arguments for `temporal server start-dev`.
 */
export async function startEmbeddedTemporal(
  { path: executable }: Executable,
  logFile: string,
  flags: readonly string[] = [],
): Promise<EmbeddedTemporal> {
  const program = { executable, flags };
  return startOn(await usualPorts(), program, logFile).catch(async (error: unknown) => {
    // Another process may have taken the port between our check and the server's start.
    if (!(await lastWords(logFile)).includes('in use')) throw error;
    return startOn({ port: await freePort(), uiPort: await freePort() }, program, logFile);
  });
}

const usualPorts = async () => ({ port: await freePort(usualPort), uiPort: await freePort(usualUiPort) });

async function startOn(
  { port, uiPort }: Omit<Ports, 'metricsPort'>,
  program: ServerProgram,
  logFile: string,
): Promise<EmbeddedTemporal> {
  const address = `${host}:${port}`;
  const metricsPort = await freePort();
  const { executable } = program;
  const server = spawnServer(program, { port, uiPort, metricsPort }, logFile);
  try {
    const client = await connectWhenUp(server, { address, metricsPort }, logFile);
    let isStopping = false;
    const lost = unexpectedEnd(server, logFile, () => isStopping);
    const stop = async () => {
      isStopping = true;
      await stopServer(server);
      // Not earlier: the SDK retries a call that the server's end interrupts, and on a closed connection the retry
      // throws where nobody can catch it.
      await client.connection.close();
    };
    const uiUrl = `http://${host}:${uiPort}`;
    return { client, address, namespace, uiUrl, executable, pid: server.pid ?? 0, lost, stop };
  } catch (error) {
    await stopServer(server);
    throw error;
  }
}

/** The flags that register search attributes with `temporal server start-dev`. */
export const attributeFlags = (attributes: typeof searchAttributes): string[] =>
  attributes.flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${type.charAt(0)}${type.slice(1).toLowerCase()}`,
  ]);

/** The ports of a server. */
interface Ports {
  port: number;
  uiPort: number;
  /** Nobody else knows this port, so when it is open, the server is ours. */
  metricsPort: number;
}

/** The `temporal` executable, and its additional arguments. */
interface ServerProgram {
  executable: string;
  flags: readonly string[];
}

function spawnServer(
  { executable, flags }: ServerProgram,
  { port, uiPort, metricsPort }: Ports,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  const server = spawn(
    executable,
    ['server', 'start-dev', '--ip', host, '--port', `${port}`, '--ui-port', `${uiPort}`]
      .concat(['--metrics-port', `${metricsPort}`])
      .concat(attributeFlags(searchAttributes), flags)
      .concat(['--log-level', 'error', '--env-file', devNull]),
    // In its own process group: Ctrl-C in a terminal must not end it before the processes that need it.
    { env: withoutAccounts(), stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  server.once('error', () => undefined);
  const killAtExit = () => server.kill('SIGKILL');
  process.once('exit', killAtExit);
  server.once('exit', () => process.off('exit', killAtExit));
  return server;
}

async function connectWhenUp(
  server: ChildProcess,
  { address, metricsPort }: { address: string; metricsPort: number },
  logFile: string,
): Promise<Client> {
  const channelArgs = { 'grpc.enable_http_proxy': 0, 'grpc.initial_reconnect_backoff_ms': retryMs };
  const deadline = Date.now() + startLimitMs;
  let problem: unknown = null;
  while (isAlive(server) && Date.now() < deadline) {
    try {
      // Another server may have taken the address in the meantime, and answer there.
      await connectTo(metricsPort);
      return await connectClient({ address, namespace, connectionOptions: () => ({ channelArgs }) });
    } catch (error) {
      problem = error;
      await delay(retryMs);
    }
  }
  const logged = await lastWords(logFile);
  throw new Error(`The embedded Temporal server did not start; ${logFile} says why: ${logged}`, {
    cause: problem,
  });
}

/** Resolves when something listens on a port of this machine. */
async function connectTo(port: number): Promise<void> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** The end of the server's log, on one line, because its folder may be gone when somebody reads the message. */
async function lastWords(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.replace(/\s+/g, ' ').trim().slice(-shownCharacters) || 'nothing';
}

/** Rejects if the server ends while it is not being stopped. */
function unexpectedEnd(server: ChildProcess, logFile: string, isStopping: () => boolean): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    server.once('exit', (code, signal) => {
      if (isStopping()) return;
      const how = signal ?? `exit code ${code}`;
      void lastWords(logFile).then((said) =>
        reject(new Error(`The embedded Temporal server has ended (${how}); its log says: ${said}`)),
      );
    });
  });
  lost.catch(() => undefined); // not everybody waits for it
  return lost;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (!isAlive(server)) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  const limit = setTimeout(() => server.kill('SIGKILL'), serverStopLimitMs);
  await gone;
  clearTimeout(limit);
}
