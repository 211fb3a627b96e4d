import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { runExample, type ExampleOptions } from '../../examples/typescript/main';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';

let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let tracker: WorkerProcess;

beforeAll(async () => {
  [server, emulator] = await Promise.all([startDevServer(), startPrismEmulator({ job: { duration: 2500 } })]);
  tracker = await startWorkerProcess({
    environment: {
      TEMPORAL_ADDRESS: server.address,
      MICRO_API_KEY: 'emulator-key',
      MICRO_BASE_URL: emulator.baseUrl,
    },
  });
});

afterAll(async () => {
  await tracker?.stop();
  await emulator?.close();
  await server?.teardown();
});

function options(mode: ExampleOptions['mode']): ExampleOptions {
  return {
    mode,
    address: server.address,
    namespace: 'default',
    baseUrl: emulator.baseUrl,
    apiKey: 'emulator-key',
    teamId: randomUUID(),
    workflowId: `example-typescript/${randomUUID()}`,
  };
}

test.each([
  { title: 'awaits', mode: 'await', signalled: false, continued: false },
  { title: 'is signalled', mode: 'abandon', signalled: true, continued: false },
  { title: 'continues as new in between', mode: 'continue-as-new', signalled: true, continued: true },
] as const)('$title', async ({ mode, signalled, continued }) => {
  const given = options(mode);
  const end = await runExample(given);
  expect(end).toMatchObject({
    status: 'complete',
    teamId: given.teamId,
    job: { total: 120, succeeded: 120, failed: 0 },
  });
  expect(emulator.controller.counts(given.teamId).contact).toBe(120);

  const lastRun = await server.client.workflow.getHandle(given.workflowId).fetchHistory();
  const events = lastRun.events ?? [];
  const signals = events.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  const earlierRun = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  expect({ signalled: signals.includes('importFinished'), continued: Boolean(earlierRun) }).toEqual({
    signalled,
    continued,
  });
});

test('when a parent that awaits its import is terminated, the tracking ends too', async () => {
  const given = options('await');
  let polled = () => {};
  const firstPoll = new Promise<void>((resolve) => (polled = resolve));
  const rule = emulator.controller.addRule({
    method: 'GET',
    path: new RegExp(given.teamId),
    respond: () => {
      polled();
      return { status: 200, body: { job_id: 'any', status: 'processing', total: 120 } };
    },
  });
  const running = expect(runExample(given)).rejects.toThrow('terminated');
  await firstPoll;
  await server.client.workflow.getHandle(given.workflowId).terminate();
  await running;

  const child = server.client.workflow.getHandle(`${given.workflowId}/import`);
  await expect(child.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  rule.remove();
});
