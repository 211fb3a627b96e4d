import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { TrackingState } from '../../src/domain/tracking-state';
import { withoutAccounts } from '../../src/config';
import { temporalCli } from '../../src/dev/executables';
import { startTracker } from '../../src/temporal/trackers';
import { startCliBench, type CliBench } from './bench';
import { runCli } from './run-cli';

let bench: CliBench;

beforeAll(async () => {
  bench = await startCliBench();
});
afterAll(() => bench?.close());

const teamId = 'team-1';
const describeJob = (id: string, ...flags: string[]) => runCli(['describe', id, ...flags], bench.environment);

/** Starts a tracker and waits until it has polled. */
async function startPolled(jobId: string) {
  const handle = await startTracker(bench.server.client, 'prism-imports', { teamId, jobId });
  for (;;) {
    const { polls } = await handle.query<TrackingState>('status');
    if (polls > 0) return handle;
  }
}

test('a running tracker is described with its next poll, and with lines that act on it', async () => {
  const jobId = await bench.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 });
  await startPolled(jobId);
  const { code, stdout } = await describeJob(jobId);
  expect(code).toBe(0);
  const workflowId = `prism-import/${teamId}/${jobId}`;
  expect(stdout).toContain(`Workflow   ${workflowId}\n`);
  expect(stdout).toMatch(/^Execution {2}running, since \d{4}-\S+Z, \d+ events$/m);
  expect(stdout).toContain('Import     processing, tracker ');
  expect(stdout).toMatch(/^Polls {6}\d+, last \d{4}-\S+Z, next \d{4}-\S+Z$/m);
  expect(stdout).toContain('Problem    none');

  const lines = [...stdout.matchAll(/^[A-Z][a-z ]+: +(temporal workflow .*)$/gm)].map(
    ([, line = '']) => line,
  );
  expect(lines).toHaveLength(2);
  for (const line of lines) await inShell(line);
  await expect(bench.server.client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
    cause: { name: 'CancelledFailure' },
  });
  const after = await describeJob(workflowId);
  expect(after.stdout).toContain('Execution  cancelled, from ');
  expect(after.stdout).toContain('Failure    The workflow was cancelled.');
});

async function inShell(line: string): Promise<void> {
  const { path } = await temporalCli();
  const environment = withoutAccounts();
  await promisify(execFile)('sh', ['-c', line], {
    env: {
      ...environment,
      PATH: `${dirname(path)}:${environment['PATH']}`,
      TEMPORAL_CONFIG_FILE: '/dev/null',
    },
  });
}

test('a tracker at its end is described with its outcome', async () => {
  const jobId = await bench.emulator.controller.createJob({ teamId, total: 40 });
  const tracker = await startTracker(bench.server.client, 'prism-imports', { teamId, jobId });
  const outcome = await tracker.result();
  const words = await describeJob(jobId);
  expect(words.code).toBe(0);
  expect(words.stdout).toMatch(/^Execution {2}completed, from \S+Z to \S+Z, \d+ events$/m);
  expect(words.stdout).toContain('Rows: 40, succeeded 40, failed 0');
  expect(words.stdout).not.toContain('temporal workflow');
  const json = await describeJob(jobId, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    workflowId: tracker.workflowId,
    execution: 'COMPLETED',
    state: { phase: 'done' },
    silence: null,
    outcome,
    failure: null,
  });
});

test('without a worker the answer comes all the same, soon, and says so', async () => {
  const jobId = randomUUID();
  await startTracker(bench.server.client, 'queue-without-worker', { teamId, jobId });
  const startedAt = performance.now();
  const { code, stdout } = await describeJob(jobId);
  // Three seconds for the query, and what a busy machine takes to start a process; without a limit it would be half a minute.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(code).toBe(0);
  expect(stdout).toContain('Execution  running, since ');
  expect(stdout).toContain('State      no worker answered within 3 s');
  expect(JSON.parse((await describeJob(jobId, '--json')).stdout)).toMatchObject({
    execution: 'RUNNING',
    state: null,
    silence: 'no worker answered within 3 s',
  });
});

test('an id that nobody tracks is an error that says what to check', async () => {
  const { code, stdout, stderr } = await describeJob('job-of-nobody');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    'The namespace "default" has no workflow "prism-import/team-1/job-of-nobody": check team and job id',
  );
});

test('a workflow that is no tracker is refused', async () => {
  const workflowId = `other/${randomUUID()}`;
  await bench.server.client.workflow.start('somethingElse', {
    workflowId,
    taskQueue: 'queue-without-worker',
  });
  const { code, stderr } = await describeJob(workflowId);
  expect(code).toBe(1);
  expect(stderr).toContain('is of type somethingElse, not a tracker');
});
