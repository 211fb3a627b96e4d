import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@temporalio/client';
import type { Finding } from '../../src/cli/doctor/findings';
import { freePort } from '../../src/dev/free-port';
import { launchKey } from '../../src/ports/storage-layout';
import { startWorkerProcess } from '../support/worker-process';
import { until } from '../support/until';
import { readMetrics, total } from '../telemetry/support/metrics-page';
import { startCliRig, type CliRig } from './support/cli-rig';
import { runCli } from './support/run-cli';

const teamId = '7951e46f-3f51-4a5a-9f4b-1c9f0a4b2c55';
const dayMs = 86_400_000;

let rig: CliRig;
let client: Client;
beforeAll(async () => {
  rig = await startCliRig();
  client = new Client({ connection: rig.server.connection });
});
afterAll(() => rig?.close());

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prism-clean-'));
  environment = { ...rig.environment, PRISM_STORAGE: `file:${folder}` };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A file of the storage that was written so many days ago. */
async function put(name: string, days: number): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'secret row\n');
  const time = new Date(Date.now() - days * dayMs);
  await utimes(path, time, time);
  return pathToFileURL(path).href;
}

const names = async (): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith('users/'))
    .sort();
};

/** Has a worker note that its namespace uses the storage. */
async function useStorage(): Promise<void> {
  const worker = await startWorkerProcess({ environment });
  try {
    await until(async () => (await readdir(folder)).includes('users'));
  } finally {
    await worker.stop();
  }
}

const clean = (...options: string[]) => runCli(['clean', '--older-than', '30d', ...options], environment);

test('removes what is old, and nothing that an open import or pipeline needs', async () => {
  await useStorage();
  // Nobody serves this queue: what is started there goes on.
  const taskQueue = 'unserved';
  const upload = await put('uploads/aaaa.csv', 40);
  const pipeline = await client.workflow.start('importRecords', {
    taskQueue,
    workflowId: 'open-pipeline',
    args: [{ teamId: 'team-of-pipeline', objectType: 'people', source: { uri: upload, format: 'csv' } }],
  });
  const tracker = await client.workflow.start('trackImport', {
    taskQueue,
    workflowId: 'open-tracker',
    args: [{ teamId, jobId: 'open-job' }],
  });
  try {
    const key = launchKey('default', 'open-pipeline', pipeline.firstExecutionRunId);
    const kept = [
      `pipelines/${key}/plan`,
      'pipelines/young/plan',
      'pipelines/young/report.ndjson',
      'results/team-of-pipeline/job.ndjson',
      `results/${teamId}/open-job.ndjson`,
      'results/t/young.ndjson',
      'somebody/elses',
      'uploads/aaaa.csv',
    ].sort();
    for (const name of kept) if (!/young|uploads/.test(name)) await put(name, 40);
    await put('pipelines/young/plan', 40);
    await put('pipelines/young/report.ndjson', 29);
    await put('results/t/young.ndjson', 1);
    const old = [
      'pipelines/old/plan',
      'pipelines/old/rows/1',
      `results/${teamId}/ended.ndjson`,
      `results/${teamId}/.draft.tmp`,
      'uploads/bbbb.csv',
    ].sort();
    for (const name of old) await put(name, 31);
    await until(async () => (await client.workflow.count("ExecutionStatus = 'Running'")).count === 2);

    const trial = await clean('--dry-run');
    expect(trial).toMatchObject({ code: 0, stderr: '' });
    expect(trial.stdout).toMatch(/^uploads +1 \(11 bytes\) +1 \(11 bytes\) +-$/m);
    expect(trial.stdout).toMatch(/[Nn]othing was removed/);
    expect(await names()).toEqual([...kept, ...old].sort());

    const { code, stdout } = await clean('--json');
    expect({ code, said: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      said: {
        dryRun: false,
        olderThan: '30d',
        uploads: { removed: amount(1), needed: amount(1), young: amount(0) },
        results: { removed: amount(2), needed: amount(2), young: amount(1) },
        pipelines: { removed: amount(2), needed: amount(1), young: amount(2) },
      },
    });
    expect(await names()).toEqual(kept);
    expect(await readdir(join(folder, 'pipelines'))).not.toContain('old');
  } finally {
    await pipeline.terminate();
    await tracker.terminate();
  }
});

const amount = (objects: number) => ({ objects, bytes: objects * 11 });

test('removes nothing where it cannot know what is needed', async () => {
  await put('results/t/old.ndjson', 40);
  const unused = await clean();
  expect(unused.code).toBe(1);
  expect(unused.stderr).toMatch(
    /no worker of the namespace "default" .* has noted that it uses this storage/,
  );

  await useStorage();
  await put('users/0d1c7a1e-0000-4000-8000-000000000000.json', 1);
  const shared = await clean();
  expect(shared.code).toBe(1);
  expect(shared.stderr).toMatch(/workers of other namespaces use this storage too \(0d1c7a1e-/);

  const soon = await runCli(['clean', '--older-than', '7d'], environment);
  expect(soon).toMatchObject({ code: 2, stderr: expect.stringMatching(/expected at least 8d/) as string });
  expect((await runCli(['clean'], environment)).code).toBe(2);
  expect(await names()).toEqual(['results/t/old.ndjson']);
});

test('workers clean every night by a schedule of their own, and only as old as they say', async () => {
  const taskQueue = 'cleaning';
  Object.assign(environment, { PRISM_TASK_QUEUE: taskQueue, PRISM_KEEP_STORED: '30d' });
  await put('results/t/old.ndjson', 31);
  await put('results/t/young.ndjson', 29);
  for (const state of ['made', 'there before']) {
    const { stdout } = await runCli(['setup'], environment);
    expect(stdout).toContain(`Schedule cleaning-clean-storage ${state}: it cleans the storage every night.`);
  }
  const worker = await startWorkerProcess({ environment });
  try {
    await until(async () => (await readdir(folder)).includes('users'));
    await client.schedule.getHandle('cleaning-clean-storage').trigger();
    await until(async () => (await names()).length === 1);
    expect(await names()).toEqual(['results/t/young.ndjson']);
  } finally {
    await worker.stop();
  }
  const refused = await runCli(['setup'], { ...environment, PRISM_KEEP_STORED: '7d' });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('at least 8d') as string });
});

test('a night in which nothing could be cleaned is counted, and doctor says why until one has gone well', async () => {
  const metricsAddress = `127.0.0.1:${await freePort()}`;
  const variables = { ...environment, PRISM_TASK_QUEUE: 'nights', PRISM_METRICS_ADDRESS: metricsAddress };
  const wanted = { ...variables, PRISM_KEEP_STORED: '30d' };
  const cleaning = async () => {
    const { stdout } = await runCli(['doctor', '--no-api', '--json'], wanted);
    return (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'Cleaning');
  };
  const counted = async (result: string) => {
    const { samples } = await readMetrics(`http://${metricsAddress}/metrics`);
    return total(samples, 'prism_cleanings_total', { result });
  };
  const clean = () => client.schedule.getHandle('nights-clean-storage').trigger();
  expect(await cleaning()).toMatchObject({ level: 'warning', fix: 'prism-imports setup' });
  await runCli(['setup'], wanted);
  expect(await cleaning()).toMatchObject({
    level: 'ok',
    seen: expect.stringContaining('has not run yet') as string,
  });

  // One that lacks the setting.
  let worker = await startWorkerProcess({ environment: variables });
  try {
    expect(await counted('failed')).toBe(0);
    await clean();
    await until(async () => (await counted('failed')) === 1);
    await until(async () => (await cleaning())?.level !== 'ok');
    expect(await cleaning()).toMatchObject({
      level: 'warning',
      seen: expect.stringMatching(/failed: .*this worker lacks one of them/) as string,
      fix: expect.stringMatching(
        /temporal schedule trigger .*docs\/runbook\.md#prismcleaningfailing/,
      ) as string,
    });
  } finally {
    await worker.stop();
  }
  worker = await startWorkerProcess({ environment: wanted });
  try {
    await until(async () => (await readdir(folder)).includes('users'));
    await clean();
    await until(async () => (await counted('done')) === 1);
    expect(await counted('failed')).toBe(0);
    await until(async () => (await cleaning())?.seen.includes('and succeeded') === true);
    expect(await cleaning()).toMatchObject({
      level: 'ok',
      seen: expect.stringContaining('and succeeded') as string,
    });
  } finally {
    await worker.stop();
  }
});
