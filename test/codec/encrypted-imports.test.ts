import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { createEncryptionCodec } from '../../src/codec/encryption-codec';
import { parseEncryptionKeys } from '../../src/config/encryption-keys';
import type { PipelineState } from '../../src/core/pipeline/report';
import type { trackImport } from '../../src/workflows/track-import';
import { killLeftCli, runCli, startCli } from '../cli/support/run-cli';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { historyTexts, pathsOf } from './support/history-texts';

/** Stands in every row, in what the API says of a job, and in its errors. */
const mark = 'Marked-Secret';
const teamId = 'team-of-encryption';

const keyText = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [keyText('old'), keyText('new')];

let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let folder: string;
let worker: WorkerProcess;
let plain: Record<string, string>;
const withKeys = (...keys: string[]) => ({ ...plain, PRISM_ENCRYPTION_KEYS: keys.join(',') });

/** A caller in another program, with the codec. */
function clientWith(keys: string): Client {
  const parsed = parseEncryptionKeys(keys);
  if (typeof parsed === 'string') throw new Error(parsed);
  const { connection, namespace = 'default' } = server;
  return new Client({
    connection,
    namespace,
    dataConverter: { payloadCodecs: [createEncryptionCodec(parsed)] },
  });
}

beforeAll(async () => {
  [server, emulator, folder] = await Promise.all([
    startDevServer(),
    startPrismEmulator({ asyncThreshold: 5, job: { duration: 2500 } }),
    mkdtemp(join(tmpdir(), 'prism-imports-test-')),
  ]);
  plain = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_CONFIG_FILE: '/dev/null',
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY: 'test-key-hunter2',
    MICRO_TEAM_ID: teamId,
    PRISM_STORAGE: `file:${join(folder, 'storage')}`,
  };
  worker = await startWorkerProcess({ environment: withKeys(oldKey, newKey) });
});

afterAll(async () => {
  killLeftCli();
  await worker?.stop();
  await emulator?.close();
  await server?.teardown();
  await rm(folder, { recursive: true });
});

async function writeRows(): Promise<string> {
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${mark} ${row},row${row}@${mark.toLowerCase()}.example`,
  );
  const path = join(folder, 'rows.csv');
  await writeFile(path, ['full_name,email', ...rows, ''].join('\n'));
  return path;
}

test('an import goes on when the key is changed in its midst, and its histories show nothing of it', async () => {
  const id = `encrypted-${randomUUID()}`;
  // Whoever takes part knows the new key before anybody encrypts with it.
  const caller = withKeys(oldKey, newKey);
  const file = await writeRows();
  const flags = [
    '--object-type',
    'contact',
    '--dedupe-by',
    'email',
    '--batch-size',
    '20',
    '--id',
    id,
    '--json',
  ];
  const run = startCli(['import', file, ...flags], caller);
  const query = () =>
    clientWith(`${newKey},${oldKey}`).workflow.getHandle(id).query<PipelineState>('progress');
  await until(async () => (await query().catch(() => null))?.batches.started === 2, 30_000);
  await worker.stop();
  worker = await startWorkerProcess({ environment: withKeys(newKey, oldKey) });

  const { code, stdout, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
  expect(JSON.parse(stdout)).toMatchObject({ totals: { rows: 40, created: 40 } });

  const texts = await historyTexts(server.client);
  expect(pathsOf(texts, mark)).toEqual([]);
  expect(pathsOf(texts, mark.toLowerCase())).toEqual([]);
  expect(pathsOf(texts, folder)).toEqual([]);
  // What is left to read of the team is its search attribute, which the index needs.
  expect(pathsOf(texts, teamId).filter((path) => !path.includes('.searchAttributes.'))).toEqual([]);
  const keyIds = texts.filter(({ path }) => path.endsWith('.encryption-key-id')).map(({ text }) => text);
  expect(new Set(keyIds)).toEqual(new Set(['old', 'new']));
});

test('a parent and the command line use the codec', async () => {
  const [jobId, workflowId] = [randomUUID(), `caller/${randomUUID()}`];
  await emulator.controller.createJob({ teamId, jobId, total: 7, duration: 500 });
  const client = clientWith(`${newKey},${oldKey}`);
  const outcome = await client.workflow.execute<typeof trackImport>('trackImport', {
    taskQueue: 'prism-imports',
    workflowId,
    args: [{ teamId, jobId }],
    memo: { note: mark },
    staticSummary: mark,
  });
  expect(outcome).toMatchObject({ status: 'complete', job: { total: 7 } });

  const described = await runCli(['describe', workflowId, '--json'], withKeys(newKey, oldKey));
  expect(JSON.parse(described.stdout)).toMatchObject({
    state: { phase: 'done' },
    outcome: { status: 'complete' },
  });
  expect((await runCli(['results', workflowId], withKeys(newKey, oldKey))).stdout.split('\n')).toHaveLength(
    8,
  );

  const listed = await runCli(['list', '--json'], plain);
  expect({ code: listed.code, stderr: listed.stderr }).toEqual({ code: 0, stderr: '' });
  expect(listed.stdout).toContain(jobId);
  const unread = await runCli(['describe', workflowId], plain);
  expect(unread).toMatchObject({ code: 0, stderr: '' });
  expect(unread.stdout).toMatch(/^Execution +completed/m);
  expect(unread.stdout).toMatch(
    /^Result +A payload is encrypted with the key "(new|old)": set PRISM_ENCRYPTION_KEYS/m,
  );
  expect(await runCli(['results', workflowId], withKeys(keyText('other')))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^A payload .* key "(new|old)", which PRISM_ENCRYPTION_KEYS lacks; it has "other"/,
    ) as string,
  });
});

test('messages of failures are encoded too, and read by who has the key', async () => {
  const [jobId, workflowId] = [randomUUID(), `refused/${randomUUID()}`];
  emulator.controller.addRule({
    operation: 'status',
    path: jobId,
    respond: { status: 401, body: { error: { code: 'no', message: `${mark} is not allowed` } } },
  });
  const start = { taskQueue: 'prism-imports', workflowId, args: [{ teamId, jobId }] as [object] };
  const failed: unknown = await clientWith(`${newKey},${oldKey}`)
    .workflow.execute('trackImport', start)
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({
    cause: { type: 'PrismUnauthorized', message: expect.stringContaining(mark) as string },
  });
  const texts = await historyTexts(server.client);
  expect(pathsOf(texts, mark)).toEqual([]);
  expect(pathsOf(texts, 'Encoded failure').length).toBeGreaterThan(0);
  const { stdout } = await runCli(['describe', workflowId, '--json'], withKeys(newKey, oldKey));
  expect(JSON.parse(stdout)).toMatchObject({ failure: expect.stringContaining(mark) as string });
});

test('a caller without codec is served as before, and answered in code', async () => {
  const [jobId, workflowId] = [randomUUID(), `plain/${randomUUID()}`];
  await emulator.controller.createJob({ teamId, jobId, total: 3, duration: 100 });
  const start = { taskQueue: 'prism-imports', workflowId, args: [{ teamId, jobId }] as [object] };
  const handle = await server.client.workflow.start('trackImport', start);
  await expect(handle.result()).rejects.toThrow('Unknown encoding: binary/encrypted');
  expect(await clientWith(`${newKey},${oldKey}`).workflow.getHandle(workflowId).result()).toMatchObject({
    status: 'complete',
  });
});
