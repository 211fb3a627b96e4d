import { truncateSync } from 'node:fs';
import { refusal, S3Server } from '../../storage/support/s3-server';
import { until } from '../../support/until';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli } from '../support/run-cli';
import { ctrlC, killLeftScreens, runOnScreen } from '../support/run-on-screen';

const s3 = new S3Server();
const taskQueue = 'with-s3';
let rig: CliRig;
let worker: WorkerProcess;
let environment: Record<string, string>;

beforeAll(async () => {
  [rig] = await Promise.all([startCliRig(), s3.start()]);
  environment = {
    ...rig.environment,
    PRISM_STORAGE: 's3://bucket/imports',
    PRISM_TASK_QUEUE: taskQueue,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'test-access-key',
    AWS_SECRET_ACCESS_KEY: 'test-secret-key',
    AWS_REGION: 'us-east-1',
  };
  worker = await startWorkerProcess({ environment });
});
afterEach(() => {
  s3.storingMs = 0;
});
afterAll(async () => {
  killLeftScreens();
  await worker?.stop();
  await rig?.close();
  await s3.stop();
});

const importOf = (file: string, ...flags: string[]) => [
  ...['import', file, '--object-type', 'organization', '--dedupe-by', 'name', '--json'],
  ...flags,
];
/** What is left of copies: objects, and uploads that are neither complete nor aborted. */
const copies = () => [
  ...[...s3.objects.keys()].filter((name) => name.includes('/uploads/')),
  ...s3.openUploads.keys(),
];

/** A file of so many MiB. */
async function fileOf(name: string, mebibytes: number): Promise<string> {
  const path = await rig.file(name, 'name\n');
  truncateSync(path, mebibytes * 1024 * 1024);
  return path;
}

test('no notice of the AWS SDK about Node reaches whoever imports, or the log of the worker', async () => {
  s3.objects.set('bucket/some.csv', Buffer.from('name\nA\n'));
  const dry = await runCli(importOf('s3://bucket/some.csv', '--dry-run'), environment);
  const path = await rig.file('some.csv', 'name\nA\n');
  const wet = await runCli(importOf(path), environment);
  expect([dry.code, wet.code]).toEqual([0, 0]);
  for (const text of [dry.stderr, wet.stderr, worker.log()]) expect(text).not.toMatch(/NodeVersion|node >=/);
  const withWarning = { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'false' };
  const loud = await runCli(importOf('s3://bucket/some.csv', '--dry-run'), withWarning);
  const isOld = Number(process.versions.node.split('.')[0]) < 22;
  expect(loud.stderr.includes('NodeVersionSupportWarning')).toBe(isOld);
});

test('a file of several parts is copied, imported from there, and removed once the report stands', async () => {
  const note = 'n'.repeat(1_000_000);
  const rows = Array.from({ length: 20 }, (_, row) => `Org ${row},${note}\n`);
  const path = await rig.file('parts.csv', `name,note\n${rows.join('')}`);
  const { code, stdout, stderr } = await runCli(importOf(path), environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Imported by') as string });
  const { totals, reportUri } = JSON.parse(stdout) as { totals: object; reportUri: string };
  expect(totals).toMatchObject({ rows: 20, created: 20 });
  expect([...s3.objects.keys()]).toContain(reportUri.replace('s3://', ''));
  expect(copies()).toEqual([]);
});

test('on a terminal a copy that takes longer shows how far it is, and Ctrl-C leaves nothing of it', async () => {
  s3.storingMs = 1100;
  const run = runOnScreen(importOf(await fileOf('slow.csv', 64), '--id', 'slow'), environment);
  await run.shows(/copying the file to the storage, \d+ %/);
  expect(s3.openUploads.size).toBe(1);
  run.type(ctrlC);
  await run.shows(/Interrupted\. Nothing was imported\./);
  expect(await run.ended).toBe(130);
  expect(run.state().cursor).toBe(true);
  expect(copies()).toEqual([]);
  await expect(rig.server.client.workflow.getHandle('slow').describe()).rejects.toThrow('not found');
});

test('when another has taken the id meanwhile, that one is followed and nothing is left of the copy', async () => {
  const release = s3.hold();
  const path = await rig.file('late.csv', 'name\nA\n');
  const run = startCli(importOf(path, '--id', 'taken-meanwhile'), environment);
  await until(() => s3.putsBegun > 0);
  const options = { taskQueue: 'nobody', workflowId: 'taken-meanwhile', args: [{}] };
  const other = await rig.server.client.workflow.start('importRecords', options);
  release();
  await run.printed(/Warning: \S*late\.csv was not read: this workflow id is already in use/);
  await run.printed(/Following workflow taken-meanwhile, which is running already/);
  expect(copies()).toEqual([]);
  run.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  await other.terminate();
});

test('a copy that cannot be removed does not hide why the import was not started', async () => {
  const options = { taskQueue: 'nobody', workflowId: 'no-pipeline', args: [{}] };
  const other = await rig.server.client.workflow.start('trackImport', options);
  const release = s3.hold();
  const path = await rig.file('kept.csv', 'name\nA\n');
  const run = startCli(importOf(path, '--id', 'no-pipeline'), environment);
  await until(() => s3.putsBegun > 0);
  s3.refuse(refusal(403, 'AccessDenied'));
  release();
  const { code, stderr } = await run.ended;
  await other.terminate();
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/^Warning: the copy s3:\S+ was not removed: .*AccessDenied/m);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/no-pipeline/);
  s3.objects.clear();
});
