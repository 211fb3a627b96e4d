import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import type { trackImport } from '../src/workflows/track-import';
import { runCli } from './cli/support/run-cli';
import { startBareTimeSkipping } from './support/temporal';
import { startWorkerProcess, type WorkerProcess } from './support/worker-process';

let env: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let worker: WorkerProcess | undefined;
beforeAll(async () => {
  env = await startBareTimeSkipping();
  emulator = await startPrismEmulator({ clock: () => env.currentTimeMs() });
});
afterAll(async () => {
  await worker?.stop();
  await emulator?.close();
  await env?.teardown();
});

test('setup and worker serve a time-skipping server, which can neither list nor count', async () => {
  const environment = {
    TEMPORAL_ADDRESS: env.address,
    MICRO_API_KEY: 'some-key',
    MICRO_BASE_URL: emulator.baseUrl,
  };
  for (const expected of [/^Search attributes added: Prism/m, /^Search attributes added: none/m]) {
    const { code, stdout } = await runCli(['setup'], environment);
    expect(stdout).toMatch(expected);
    expect(code).toBe(0);
  }
  worker = await startWorkerProcess({ environment });
  const teamId = 'team-1';
  const jobId = await emulator.controller.createJob({ teamId, total: 40, duration: '5d' });
  const began = await env.currentTimeMs();
  const outcome = await env.client.workflow.execute<typeof trackImport>('trackImport', {
    taskQueue: 'prism-imports',
    workflowId: 'a-week',
    args: [{ teamId, jobId }],
  });
  expect(outcome).toMatchObject({ status: 'complete', job: { processed: 40 } });
  expect((await env.currentTimeMs()) - began).toBeGreaterThan(5 * 86_400_000);
});
