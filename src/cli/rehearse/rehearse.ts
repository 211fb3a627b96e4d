import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { runEmulator, type PrismEmulator } from 'prism-emulator';
import { parseDuration } from '../../core/duration';
import { defaultTaskQueue } from '../../core/ids';
import { closeAll } from '../../dev/close-all';
import { startEmbeddedTemporal, usualPort, type EmbeddedTemporal } from '../../dev/embedded-temporal';
import { freePort } from '../../dev/free-port';
import { skippingCli } from '../../dev/temporal-cli';
import { skipTimeOfAll, timeSkippingFlags } from '../../dev/time-skipping';
import { shellWord } from '../../temporal/shell-word';
import { startTestWorker } from '../../testing/test-worker';
import { CommandError } from '../command-error';
import { exitCodes } from '../exit-codes';
import { onInterrupt } from '../terminal/follow-result';
import { print, printJsonLine, printToStderr } from '../terminal/output';
import { watchEnds } from './watch-ends';
import { watchWorkers } from './watch-workers';
import { ourTypes } from './worker-texts';

/** An outage of the API, from and until durations after the start. */
export interface Outage {
  from: string;
  until: string;
}

/** Options of `rehearse`. */
export interface RehearseFlags {
  jobDuration?: string;
  retention?: string;
  outage: Outage[];
  settings?: string;
  seed?: string;
  all: boolean;
  /** How long a workflow may wait for its worker; zero for no limit. */
  workerTimeout: string;
  json: boolean;
}

const usualEmulatorPort = 8787;
const running = "ExecutionStatus='Running'";
const ours = `WorkflowType IN (${ourTypes.map((name) => `'${name}'`).join(', ')})`;

/** `prism-imports rehearse`, until Ctrl-C. Rejects if the server ends, or a workflow waits too long for its worker. */
export async function rehearse(flags: RehearseFlags): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    // The first, since it refuses wrong settings.
    const emulator = await startEmulator(flags);
    closers.push(() => emulator.close());
    // Ctrl-C still ends everything at once: a download may take a minute, and nothing needs stopping yet.
    const executable = await skippingCli();
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    });
    const interrupted = onInterrupt();
    closers.push(() => Promise.resolve(interrupted.dispose()));
    const folder = await mkdtemp(join(tmpdir(), 'prism-imports-'));
    closers.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const temporal = await startEmbeddedTemporal(executable, join(folder, 'temporal.log'), timeSkippingFlags);
    closers.push(() => temporal.stop());
    const connection = await NativeConnection.connect({ address: temporal.address });
    closers.push(() => connection.close());
    const { baseUrl, apiKey } = emulator;
    const worker = await startTestWorker({ connection, baseUrl, apiKey, directory: folder, skipsTime: true });
    closers.push(() => worker.stop());
    const query = flags.all ? running : `${running} AND ${ours}`;
    const skipping = skipTimeOfAll(temporal.client, query);
    closers.push(() => skipping.stop());
    for (const window of flags.outage) emulator.controller.addRule({ ...window, respond: { status: 503 } });
    printSite(temporal, emulator, flags.json);
    const ends = watchEnds(temporal.client, flags.json);
    closers.push(() => ends.stop());
    const { address } = temporal;
    const workers = watchWorkers(temporal.client, {
      address,
      timeoutMs: parseDuration(flags.workerTimeout) || Infinity,
    });
    closers.push(() => workers.stop());
    await Promise.race([interrupted.promise, workers.lost, temporal.lost]);
    printToStderr('Stopping.');
  } finally {
    await closeAll(closers, printToStderr);
  }
}

async function startEmulator({ jobDuration, retention, settings, seed }: RehearseFlags) {
  try {
    return await runEmulator({
      port: await freePort(usualEmulatorPort),
      adminPort: 0,
      clock: 'header',
      jobDuration,
      defaultJobDuration: '5d',
      retention,
      settingsFile: settings,
      seed,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(error.message, exitCodes.usage, { cause: error });
  }
}

function printSite(temporal: EmbeddedTemporal, emulator: PrismEmulator, json: boolean): void {
  const { address, namespace, uiUrl } = temporal;
  const { baseUrl, adminUrl, apiKey } = emulator;
  const taskQueue = defaultTaskQueue;
  if (json) return printJsonLine({ address, namespace, uiUrl, taskQueue, baseUrl, adminUrl, apiKey });
  print(`Temporal server at ${address}, its UI at ${uiUrl}`);
  print(`Prism emulator at ${baseUrl}; its admin API at ${adminUrl}`);
  print(`A worker serves the task queue ${taskQueue}; imports that take days end in seconds.`);
  const usual = [`127.0.0.1:${usualPort}`, `http://127.0.0.1:${usualEmulatorPort}`];
  const taken = usual.filter((each) => each !== address && each !== baseUrl);
  if (taken.length > 0)
    printToStderr(
      `Another program has ${taken.join(' and ')}: give your pipeline the addresses above instead.`,
    );
  printToStderr(
    `Use it with: TEMPORAL_ADDRESS=${shellWord(address)} MICRO_BASE_URL=${shellWord(baseUrl)} MICRO_API_KEY=${shellWord(apiKey)}`,
  );
}
