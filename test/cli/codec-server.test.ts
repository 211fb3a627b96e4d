import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { withoutAccounts, type Environment } from '../../src/config/config';
import { temporalCli } from '../../src/dev/temporal-cli';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { killLeftCli, runCli, startCli } from './support/run-cli';

const keys = { PRISM_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}` };

let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess;

beforeAll(async () => {
  [server, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
  const address = { TEMPORAL_ADDRESS: server.address, MICRO_BASE_URL: emulator.baseUrl };
  worker = await startWorkerProcess({ environment: { ...address, ...keys, MICRO_API_KEY: 'emulator-key' } });
});
afterAll(async () => {
  killLeftCli();
  await worker?.stop();
  await emulator?.close();
  await server?.teardown();
});

/** Runs Temporal's own command line. */
async function temporal(...parameters: string[]): Promise<string> {
  const { path } = await temporalCli();
  const { stdout } = await promisify(execFile)(path, [...parameters, '--address', server.address], {
    env: withoutAccounts(),
  });
  return stdout;
}

/** What the payloads of a history say, which the command line shows in base64. */
const payloadTexts = (history: string): string =>
  [...history.matchAll(/"data": ?"([^"]*)"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString())
    .join('\n');

test('the stock command line starts, queries and reads an encrypted tracker through it', async () => {
  const run = startCli(['codec-server', '--address', '127.0.0.1:0'], keys);
  const [, url = ''] = await run.printed(/^Codec server at (http:\S+)$/m);
  const [teamId, jobId] = ['team-1', randomUUID()];
  await emulator.controller.createJob({ teamId, jobId, total: 7, duration: 500 });
  const target = ['--workflow-id', `stock/${jobId}`];
  const codec = ['--codec-endpoint', `${url}/{namespace}`];
  const input = ['--input', JSON.stringify({ teamId, jobId })];
  const type = ['--type', 'trackImport', '--task-queue', 'prism-imports'];
  await temporal('workflow', 'start', ...type, ...target, ...input, ...codec);
  const result = await temporal('workflow', 'result', ...target, ...codec, '--output', 'json');
  expect(JSON.parse(result)).toMatchObject({ result: { status: 'complete', job: { total: 7 } } });
  const state = await temporal(
    'workflow',
    'query',
    ...target,
    ...codec,
    '--type',
    'status',
    '--output',
    'json',
  );
  expect(state).toContain('"phase": "done"');
  const shown = await temporal('workflow', 'show', ...target, ...codec, '--output', 'json');
  expect(payloadTexts(shown)).toContain(`"teamId":"${teamId}"`);
  const unread = await temporal('workflow', 'show', ...target, '--output', 'json');
  expect(payloadTexts(unread)).not.toContain('"teamId"');

  run.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain(jobId);
});

test('what cannot be read is told once, however often it is asked for, and the line to type sends the token', async () => {
  const token = 'a-token-of-some-length';
  const run = startCli(['codec-server', '--address', '127.0.0.1:0'], { ...keys, PRISM_CODEC_TOKEN: token });
  const [, url = ''] = await run.printed(/^Codec server at (http:\S+)$/m);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const of = (id: string) => ({
    metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64(id) },
    data: '',
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  for (const id of ['gone', 'gone', 'gone', 'other', 'gone']) {
    const body = JSON.stringify({ payloads: [of(id), of(id)] });
    const answer = await fetch(`${url}/decode`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ payloads: [of(id), of(id)].map(({ metadata }) => ({ metadata })) });
  }
  run.kill('SIGINT');
  const { stderr } = await run.ended;
  const [hint, ...reasons] = stderr.trimEnd().split('\n');
  expect(hint).toMatch(
    / --codec-endpoint http:\S+ --codec-auth "Bearer \$PRISM_CODEC_TOKEN" --workflow-id ID$/,
  );
  expect(reasons).toEqual([
    expect.stringContaining('the key "gone"'),
    expect.stringContaining('the key "other"'),
  ]);
});

test('--json says where it listens to a program', async () => {
  const run = startCli(
    ['codec-server', '--address', '127.0.0.1:0', '--ui', 'http://localhost:8233', '--json'],
    keys,
  );
  await run.printed(/\}\n/);
  run.kill('SIGTERM');
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string });
});

test.each<[string[], Environment, number, RegExp]>([
  [[], {}, 2, /No codec is configured: set PRISM_ENCRYPTION_KEYS or PRISM_PAYLOAD_CODEC/],
  [[], { PRISM_PAYLOAD_CODEC: './missing.js' }, 2, /^PRISM_PAYLOAD_CODEC: .* cannot be loaded/],
  [['--address', '8081'], keys, 2, /^--address: saw "8081", expected host:port/],
  [
    ['--address', '0.0.0.0:0'],
    keys,
    2,
    /^--address: saw "0\.0\.0\.0:0", which other hosts can reach: set PRISM_CODEC_TOKEN/,
  ],
  [['--ui', 'localhost:8233'], keys, 2, /^--ui: saw "localhost:8233", expected an origin/],
  [['--ui', 'http://localhost:8233/path'], keys, 2, /^--ui: saw/],
])('%j is refused (%#)', async (flags, environment, code, message) => {
  const end = await runCli(['codec-server', ...flags], environment);
  expect(end).toMatchObject({ code, stdout: '' });
  expect(end.stderr).toMatch(message);
});
