import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { killLeftCli, runCli } from '../cli/support/run-cli';
import { startDevServer } from '../support/temporal';
import { TemporaryFiles } from '../support/temporary-files';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { historyTexts, pathsOf } from './support/history-texts';

/** Turns every byte round; waits before it exports, as one that fetches its keys does. */
const reversing = `
await new Promise((resolve) => setImmediate(resolve));
const turn = (bytes) => Uint8Array.from(bytes ?? [], (byte) => byte ^ 255);
const encoding = new TextEncoder().encode('binary/turned');
const isTurned = ({ metadata }) => new TextDecoder().decode(metadata?.encoding) === 'binary/turned';
export const payloadCodecs = [
  {
    encode: async (payloads) => payloads.map(({ metadata, data }) => ({
      metadata: { encoding, inner: metadata.encoding }, data: turn(data),
    })),
    decode: async (payloads) => payloads.map((payload) => isTurned(payload)
      ? { metadata: { encoding: payload.metadata.inner }, data: turn(payload.data) }
      : payload),
  },
];
`;

const files = new TemporaryFiles();
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess;
let environment: Record<string, string>;

beforeAll(async () => {
  [server, emulator] = await Promise.all([startDevServer(), startPrismEmulator()]);
  environment = {
    TEMPORAL_ADDRESS: server.address,
    MICRO_BASE_URL: emulator.baseUrl,
    MICRO_API_KEY: 'emulator-key',
    MICRO_TEAM_ID: 'team-1',
    PRISM_PAYLOAD_CODEC: fileURLToPath(files.write('codec.mjs', reversing)),
  };
  worker = await startWorkerProcess({ environment });
});

afterAll(async () => {
  killLeftCli();
  await worker?.stop();
  await emulator?.close();
  await server?.teardown();
  files.remove();
});

test('worker and command line pass all payloads through the module', async () => {
  const jobId = randomUUID();
  await emulator.controller.createJob({ teamId: 'team-1', jobId, total: 7, duration: 500 });
  const tracked = await runCli(['track', jobId, '--json'], environment);
  expect(tracked).toMatchObject({ code: 0 });
  expect(JSON.parse(tracked.stdout)).toMatchObject({ status: 'complete', jobId });
  const texts = await historyTexts(server.client);
  expect(pathsOf(texts, '"processed"')).toEqual([]);
  expect(pathsOf(texts, 'binary/turned').length).toBeGreaterThan(3);
});

test('a module that cannot be loaded ends the command line with exit code 2 and the worker, saying why', async () => {
  const given = { ...environment, PRISM_PAYLOAD_CODEC: './missing.mjs' };
  const message = /PRISM_PAYLOAD_CODEC: the module .+missing\.mjs.+ cannot be loaded from /;
  const { code, stderr } = await runCli(['track', 'job-1'], given);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
  await expect(startWorkerProcess({ environment: given })).rejects.toThrow(message);
});
