import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { withoutAccounts, type Environment } from '../../../src/config/config';
import { freePort } from '../../../src/dev/free-port';
import { temporalCli } from '../../../src/dev/temporal-cli';
import type { ObjectStore } from '../../../src/ports/object-store';
import { openStore } from '../../../src/storage/open-store';
import { S3Objects } from '../../../src/storage/s3-objects';
import { versitygw } from '../../interop/support/versitygw';
import { withCallers } from '../../support/nexus-callers';
import { Disk } from '../../support/failing-disk/disk';
import { devServerParameters, quietly } from '../../support/temporal';
import { until } from '../../support/until';
import type { ClockStep } from './api-clock';
import { EmulatorAdmin } from './emulator-admin';
import { usualFaults } from './api-faults';
import { Network } from './network';
import { persist } from './persist';
import type { ChaosPlan, LinkName, ProcessName } from './plan';
import { Supervised } from './supervised';

const dist = join(__dirname, '..', '..', '..', 'dist');
const credentials = { accessKeyId: 'chaos-access-key', secretAccessKey: 'chaos-secret-key' };
/** The task queue of the workers. */
export const taskQueue = 'chaos';

/** The parts of a run, each in its own process that can fail. */
export interface Site {
  folder: string;
  processes: Partial<Record<ProcessName, Supervised>>;
  networks: Partial<Record<LinkName, Network>>;
  emulator: EmulatorAdmin;
  /** Steps of the API's clock so far. */
  clockSteps: ClockStep[];
  /** The disk of the store; null for another store. */
  disk: Disk | null;
  store: ObjectStore;
  /** This process's own connection to the server, which bypasses the failing networks. */
  env: TestWorkflowEnvironment;
  /** Writes a source that pipelines can read; returns its URI. */
  source: (name: string, content: string) => Promise<string>;
  /** Stops everything and removes its files, unless `keep`. */
  close: (keep?: boolean) => Promise<void>;
}

/** Starts everything. `close()` stops what was started; if something fails to start, the rest is stopped as well. */
export async function startSite({ seed, store }: Pick<ChaosPlan, 'seed' | 'store'>): Promise<Site> {
  quietly();
  const folder = await mkdtemp(join(tmpdir(), 'prism-chaos-'));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (keep = false) => {
    for (const each of closers.splice(0).reverse()) await each();
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await open(folder, seed, store, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  folder: string,
  seed: string,
  kept: ChaosPlan['store'],
  later: (close: () => Promise<unknown>) => void,
): Promise<Omit<Site, 'close'>> {
  const cli = join(dist, 'cli', 'main.js');
  const processes: Site['processes'] = {};
  const networks: Site['networks'] = {};
  const run = (name: ProcessName, file: string, parameters: string[], more: Environment = {}) => {
    const environment = { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...more };
    const supervised = new Supervised({
      ...{ file, parameters, environment },
      logFile: join(folder, `${name}.log`),
    });
    processes[name] = supervised;
    later(() => supervised.end());
  };
  const link = async (name: LinkName, port: number) => {
    const network = await Network.open(port);
    networks[name] = network;
    later(() => network.close());
    return network.port;
  };

  // Before ports are chosen, because it may have to be downloaded.
  const temporal = (await temporalCli()).path;
  const [port, apiPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const database = ['--db-filename', join(folder, 'temporal.db')];
  const extraArgs = [...withCallers.extraArgs, ...database];
  run('server', temporal, devServerParameters(port, { extraArgs }));

  const settings = join(folder, 'emulator.json');
  const job = { duration: { min: '1s', max: '6s' } };
  await writeFile(settings, JSON.stringify({ asyncThreshold: 10, job, rules: usualFaults }));
  const files = ['--settings', settings, '--state', join(folder, 'emulator.state'), '--seed', seed];
  const ports = ['--port', `${apiPort}`, '--admin-port', `${adminPort}`];
  run('emulator', process.execPath, [cli, 'emulator', ...ports, ...files]);
  const emulator = new EmulatorAdmin(`http://127.0.0.1:${apiPort}`, `http://127.0.0.1:${adminPort}`);

  const disk = kept === 'disk' ? Disk.make(join(folder, 'store')) : null;
  const storage: Storage =
    disk === null
      ? await openBucket(folder, run, link)
      : { uri: `file:${disk.folder}`, environment: disk.environment };
  const env = await connect(port);
  later(() => env.teardown());
  await emulator.isUp();
  await mkdir(join(folder, 'sources'));
  for (const name of ['worker-1', 'worker-2'] as const)
    run(name, process.execPath, [...(disk?.parameters ?? []), join(dist, 'worker.js')], {
      TEMPORAL_ADDRESS: `127.0.0.1:${await link(name, port)}`,
      MICRO_BASE_URL: `http://127.0.0.1:${apiPort}`,
      MICRO_API_KEY: 'chaos-key',
      PRISM_TASK_QUEUE: taskQueue,
      PRISM_REQUESTS_PER_SECOND: '100',
      PRISM_STORAGE: storage.uri,
      PRISM_SOURCES: pathToFileURL(join(folder, 'sources')).href,
      ...storage.environment,
    });
  return {
    ...{ folder, processes, networks, emulator, env, disk },
    clockSteps: [],
    store: openStore(storage.uri, new S3Objects(storage.environment['AWS_ENDPOINT_URL_S3'])),
    async source(name, content) {
      const path = join(folder, 'sources', name);
      await writeFile(path, content);
      return pathToFileURL(path).href;
    },
  };
}

/** Where workers store results and reports, and how they reach it. */
interface Storage {
  uri: string;
  environment: Environment;
}

/** Starts an S3 gateway with a bucket, behind its own network. */
async function openBucket(
  folder: string,
  run: (name: 'gateway', file: string, parameters: string[], more: Environment) => void,
  link: (name: 'gateway', port: number) => Promise<number>,
): Promise<Storage> {
  const port = await freePort();
  const buckets = join(folder, 'buckets');
  await mkdir(buckets);
  const { accessKeyId, secretAccessKey } = credentials;
  const root = { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  run('gateway', await versitygw(), ['--port', `127.0.0.1:${port}`, 'posix', buckets], root);
  const region = 'us-east-1';
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await persist(() => client.send(new CreateBucketCommand({ Bucket: 'chaos' })), atMost(60_000));
  client.destroy();
  const access = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  };
  Object.assign(process.env, access);
  const behind = `http://127.0.0.1:${await link('gateway', port)}`;
  return { uri: 's3://chaos/store', environment: { ...access, AWS_ENDPOINT_URL_S3: behind } };
}

async function connect(port: number): Promise<TestWorkflowEnvironment> {
  const address = `127.0.0.1:${port}`;
  await until(async () => {
    const connection = await Connection.connect({ address, connectTimeout: '2s' }).catch(() => null);
    await connection?.close();
    return connection !== null;
  });
  return TestWorkflowEnvironment.createFromExistingServer({ address });
}

const atMost = (ms: number) => {
  const deadline = Date.now() + ms;
  return { isOver: () => Date.now() > deadline };
};
