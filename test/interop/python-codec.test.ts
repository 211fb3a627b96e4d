import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts } from '../../src/config/config';
import { historyTexts, pathsOf } from '../codec/support/history-texts';
import { startDevServer } from '../support/temporal';
import { until } from '../support/until';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { pythonWith } from './support/python';

const folder = join(__dirname, 'python-codec');
const example = join(__dirname, '..', '..', 'examples', 'python');
const mark = 'Marked-Secret';
const keyText = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [keyText('old'), keyText('new')];

let python: string;
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess;

const startWorker = (...keys: string[]) =>
  startWorkerProcess({
    environment: {
      TEMPORAL_ADDRESS: server.address,
      MICRO_API_KEY: 'emulator-key',
      MICRO_BASE_URL: emulator.baseUrl,
      PRISM_ENCRYPTION_KEYS: keys.join(','),
    },
  });

beforeAll(async () => {
  python = await pythonWith(join(example, 'requirements.txt'));
  [server, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
  worker = await startWorker(oldKey, newKey);
});

afterAll(async () => {
  await worker?.stop();
  await emulator?.close();
  await server?.teardown();
});

/** What the parent in Python returns for a job. */
async function follow(jobId: string, keys: string[]): Promise<unknown> {
  const given = JSON.stringify({ teamId: 'team-1', jobId });
  const parameters = [join(folder, 'parent.py'), server.address, `parent/${jobId}`, given];
  const { stdout } = await promisify(execFile)(python, parameters, {
    env: { ...withoutAccounts(), KEYS: keys.join(','), PYTHONPATH: example, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 90_000,
  });
  return JSON.parse(stdout);
}

test('a parent in Python with the same codec awaits its import while the key is changed', async () => {
  const jobId = randomUUID();
  await emulator.controller.createJob({ teamId: 'team-1', jobId, total: 7, duration: 6000 });
  const end = follow(jobId, [oldKey, newKey]);
  await until(() => emulator.controller.journal.some(({ path }) => path.endsWith(jobId)));
  await worker.stop();
  worker = await startWorker(newKey, oldKey);
  expect(await end).toMatchObject({ status: 'complete', jobId, job: { total: 7 } });

  const texts = await historyTexts(server.client);
  expect(pathsOf(texts, mark)).toEqual([]);
  expect(pathsOf(texts, '"processed"')).toEqual([]);
  const keyIds = texts.filter(({ path }) => path.endsWith('.encryption-key-id')).map(({ text }) => text);
  expect(new Set(keyIds)).toEqual(new Set(['old', 'new']));
});

test('a parent in Python reads the encoded message of a failure', async () => {
  const jobId = randomUUID();
  const respond = { status: 401, body: { error: { code: 'no', message: mark } } };
  emulator.controller.addRule({ operation: 'status', path: jobId, respond });
  expect(await follow(jobId, [oldKey, newKey])).toEqual({
    failure: 'PrismUnauthorized',
    message: expect.stringContaining(mark) as string,
  });
  expect(pathsOf(await historyTexts(server.client), mark)).toEqual([]);
});
