import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { withoutAccounts } from '../../src/config';
import type { ImportEnd } from '../../src/domain/outcome';
import { startPrismEmulator, type PrismEmulator } from '../../src/emulator';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { pythonWith } from './support/python';

const run = promisify(execFile);
const example = join(__dirname, '..', '..', 'examples', 'python');

let python: string;
let server: TestWorkflowEnvironment;
let emulator: PrismEmulator;
let tracker: WorkerProcess;

beforeAll(async () => {
  python = await pythonWith(join(example, 'requirements.txt'));
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

test.each([
  { mode: 'await', signalled: false, continued: false },
  { mode: 'abandon', signalled: true, continued: false },
  { mode: 'continue-as-new', signalled: true, continued: true },
])(
  'a parent in Python that uses $mode learns how its import ended (signalled: $signalled, continued as new: $continued)',
  async ({ mode, ...expected }) => {
    const [teamId, workflowId] = [randomUUID(), `example-python/${randomUUID()}`];
    const places = ['--address', server.address, '--base-url', emulator.baseUrl];
    const parameters = [join(example, 'main.py'), '--mode', mode, ...places];
    const { stdout } = await run(python, [...parameters, '--team', teamId, '--workflow-id', workflowId], {
      env: { ...withoutAccounts(), PYTHONDONTWRITEBYTECODE: '1' },
      timeout: 120_000,
    });
    const end = JSON.parse(stdout) as ImportEnd;
    expect(end).toMatchObject({ status: 'complete', teamId, job: { total: 120, succeeded: 120, failed: 0 } });
    expect(emulator.controller.counts(teamId).contact).toBe(120);

    const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
    const signals = events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName) ?? [];
    const earlierRun = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    expect({ signalled: signals.includes('importFinished'), continued: Boolean(earlierRun) }).toEqual(
      expected,
    );
  },
);
