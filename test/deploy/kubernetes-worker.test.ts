import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../src/config/config';
import type { ImportReport } from '../../src/core/pipeline/report';
import { freePort } from '../../src/dev/free-port';
import { only, parseDockerfile, type Stage } from '../interop/support/dockerfile';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import {
  baseSettings,
  environmentOf,
  manifest,
  type Container,
  type Probe,
  type Workload,
} from './support/manifests';

const root = join(__dirname, '..', '..');
const files = new TemporaryFiles();
const [, image] = parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8')) as [Stage, Stage];
const containerOf = (file: string) => manifest<Workload>('base', file).spec.template.spec.containers[0];
const worker = containerOf('deployment.yaml');
const setup = containerOf('setup-job.yaml');

let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
/** Where the ports of the container are in this test. */
let ports: Record<string, number>;
/** Requests to launch an import that have reached the API. */
let launchesAsked = 0;
let stopWaiting: () => void;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  server = await startDevServer({ searchAttributes: [] });
  const answered = new Promise<void>((resolve) => (stopWaiting = resolve));
  emulator = await startPrismEmulator({ job: { duration: '500ms' } });
  emulator.controller.addRule({
    operation: 'import',
    respond: async ({ proceed }) => {
      launchesAsked++;
      await answered;
      return proceed();
    },
  });
  ports = { health: await freePort(), metrics: await freePort() };
});
afterAll(async () => {
  stopWaiting?.();
  await Promise.all(workers.map((each) => each.kill()));
  await emulator?.close();
  await server?.teardown();
  files.remove();
});

/** Node's arguments for what the container runs: the image's entry point with the manifest's arguments. */
function commandLine({ command, args }: Container): string[] {
  expect(command).toBeUndefined();
  const [, ...entry] = JSON.parse(only(image, 'ENTRYPOINT')) as string[];
  return [...entry, ...args];
}

/** What the container's variables are here: addresses and paths are others, and there is a storage. */
function environment(container: Container): Record<string, string> {
  const given = environmentOf(container, baseSettings());
  const { MICRO_API_KEY_FILE: keyFile } = given;
  const here = Object.entries(given).map(([name, value]) => {
    const port = container.ports?.find(({ containerPort }) => value === `0.0.0.0:${containerPort}`);
    return [name, port === undefined ? value : `127.0.0.1:${ports[port.name]}`];
  });
  if (keyFile !== undefined) {
    const [folder, name] = [join(files.folder, 'secrets'), keyFile.split('/').at(-1) ?? ''];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), 'key-of-the-test\n');
    here.push(['MICRO_API_KEY_FILE', join(folder, name)]);
  }
  return {
    ...(Object.fromEntries(here) as Record<string, string>),
    TEMPORAL_ADDRESS: server.address,
    MICRO_BASE_URL: emulator.baseUrl,
    PRISM_STORAGE: `file:${join(files.folder, 'storage')}`,
    PRISM_SOURCES: `file:${join(files.folder, 'sources')}`,
  };
}

const statusAt = async (port: string, path: string) => {
  const { status } = await fetch(`http://127.0.0.1:${ports[port]}${path}`);
  return status;
};
const statusOf = ({ httpGet }: Probe) => statusAt(httpGet.port, httpGet.path);
async function start(): Promise<WorkerProcess> {
  const program = commandLine(worker);
  const started = await startWorkerProcess({
    environment: environment(worker),
    program,
    directory: root,
  });
  workers.push(started);
  return started;
}

const pipelineId = 'a-file-of-two';
/** What the pipeline's history says of each launch. */
async function launches(): Promise<string[]> {
  const { events = [] } = await server.client.workflow.getHandle(pipelineId).fetchHistory();
  const isLaunch = /^start(?:Import|SelectedRows)$/;
  return (events ?? [])
    .filter(({ activityTaskScheduledEventAttributes: scheduled }) =>
      isLaunch.test(scheduled?.activityType?.name ?? ''),
    )
    .map(({ eventId }) =>
      (events ?? []).some(
        ({ activityTaskCompletedEventAttributes: completed }) =>
          completed && String(completed.scheduledEventId) === String(eventId),
      )
        ? 'completed'
        : 'open',
    );
}

test('setup and worker run as the manifests say, and a launch that was sent outlives the signal to stop', async () => {
  await promisify(execFile)(process.execPath, commandLine(setup), {
    cwd: root,
    env: { ...withoutAccounts(), TEMPORAL_CONFIG_FILE: '/dev/null', ...environment(setup) },
  });

  const first = await start();
  const { startupProbe, livenessProbe, readinessProbe } = worker as Required<Container>;
  await until(async () => (await statusOf(readinessProbe)) === 200);
  expect(await statusOf(startupProbe)).toBe(200);
  expect(await statusOf(livenessProbe)).toBe(200);
  expect(await statusAt('metrics', '/metrics')).toBe(200);

  mkdirSync(join(files.folder, 'sources'), { recursive: true });
  const rows = ['name,primary_domain', 'One,one.example', 'Two,two.example'];
  const uri = files.write(join('sources', 'two.csv'), rows.join('\n'));
  const source = { uri, format: 'csv' };
  const options = { dedupe_by: 'primary_domain' };
  const pipeline = await server.client.workflow.start('importRecords', {
    taskQueue: 'prism-imports',
    workflowId: pipelineId,
    args: [{ teamId: 'team-1', objectType: 'organization', source, options }],
  });
  await until(() => launchesAsked === 1);

  const stopped = first.stop();
  await until(async () => (await statusOf(readinessProbe)) === 503);
  expect(await statusOf(livenessProbe)).toBe(200);
  stopWaiting();
  expect(await stopped).toBe(0);
  expect(first.log()).not.toContain('there is no such variable');
  expect(await launches()).toEqual(['completed']);

  const next = await start();
  const report = (await pipeline.result()) as ImportReport;
  expect(await next.stop()).toBe(0);
  expect(report.totals).toMatchObject({ rows: 2, created: 2, unknown: 0 });
  expect(emulator.controller.requests({ operation: 'import' })).toHaveLength(1);
});
