import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { withoutAccounts } from '../../src/config/config';
import type { ImportEnd } from '../../src/core/tracker/outcome';
import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { startDevServer } from '../support/temporal';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process';
import { pythonWith } from './support/python';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const example = join(root, 'examples', 'python');

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

/** A program whose workflow does what the README's lines in Python do, and which prints how the import ended. */
function programOf(lines: string): string {
  return `
import asyncio, json, os, sys
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

@workflow.defn
class Parent:
    @workflow.run
    async def run(self, team_id: str, job_id: str, submitted_at: str) -> dict:
${lines.replace(/^/gm, '        ')}
        return end

async def main(address, workflow_id, *given):
    client = await Client.connect(address)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=workflow_id, workflows=[Parent], workflow_runner=runner):
        end = await client.execute_workflow(Parent.run, args=given, id=workflow_id, task_queue=workflow_id)
    print(json.dumps(end), flush=True)
    os._exit(0)

asyncio.run(main(*sys.argv[1:]))
`;
}

test('the lines in Python of the README await an import', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, lines = ''] = /^```python\n(.*?)^```$/ms.exec(readme) ?? [];
  const [teamId, jobId] = [randomUUID(), randomUUID()];
  await emulator.controller.createJob({ teamId, jobId, total: 7, duration: 1000 });
  const folder = mkdtempSync(join(tmpdir(), 'readme-python-'));
  try {
    const program = join(folder, 'parent.py');
    writeFileSync(program, programOf(lines.trimEnd()));
    const parameters = [server.address, `readme/${jobId}`, teamId, jobId, new Date().toISOString()];
    const { stdout } = await run(python, [program, ...parameters], {
      env: withoutAccounts(),
      timeout: 120_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'complete', teamId, jobId, job: { total: 7 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
