import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { TrackingState } from '../../../src/core/tracker/status';
import { withoutAccounts } from '../../../src/config/config';
import { temporalCli } from '../../../src/dev/temporal-cli';
import { startOrAttachTracker } from '../../../src/temporal/trackers';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const teamId = 'team-1';
const describeJob = (id: string, ...flags: string[]) => runCli(['describe', id, ...flags], rig.environment);

/** Starts a tracker and waits until it has polled. */
async function startPolled(jobId: string) {
  const handle = await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  for (;;) {
    const { polls } = await handle.query<TrackingState>('status');
    if (polls > 0) return handle;
  }
}

test('a running tracker is described with its next poll, and with lines that act on it', async () => {
  // It goes on for longer than the API keeps it.
  const long = { total: 10_000_000, duration: 360 * 86_400_000 };
  const jobId = await rig.emulator.controller.createJob({ teamId, ...long });
  const handle = await startPolled(jobId);
  for (;;) {
    const { progress, expiresAt } = await handle.query<TrackingState>('status');
    if ((progress.estimatedEndAt ?? '') > (expiresAt ?? '')) break;
  }
  const { code, stdout } = await describeJob(jobId);
  expect(code).toBe(0);
  expect(stdout).toContain(`Job        ${jobId} of team ${teamId}\n`);
  expect(stdout).toMatch(/^Started by the client \d+@\S+$/m);
  expect(stdout).toMatch(/^Estimated {2}\d{4}-\S+Z, .*, AFTER RETENTION ENDS: /m);
  expect(stdout).not.toContain('What to do');
  const workflowId = `prism-import/${teamId}/${jobId}`;
  expect(stdout).toContain(`Workflow   ${workflowId}\n`);
  expect(stdout).toMatch(/^Execution {2}running, since \d{4}-\S+Z, \d+ events$/m);
  expect(stdout).toContain('Import     processing, tracker ');
  expect(stdout).toMatch(/^Polls {6}\d+, last \d{4}-\S+Z, next \d{4}-\S+Z$/m);
  expect(stdout).toContain('Problem    none');

  const lines = [...stdout.matchAll(/^[A-Z][a-z ]+: +(temporal workflow .*)$/gm)].map(
    ([, line = '']) => line,
  );
  expect(lines.map((line) => line.split(' ')[2])).toEqual(['signal', 'cancel', 'show']);
  for (const line of lines) await inShell(line);
  await expect(rig.server.client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
    cause: { name: 'CancelledFailure' },
  });
  const after = await describeJob(workflowId);
  expect(after.stdout).toContain('Execution  cancelled, from ');
  expect(after.stdout).toContain('Failure    The workflow was cancelled.');
  expect(after.stdout).toMatch(/^What to do The import itself continues\. .* See docs\/problems\.md/m);
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
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 40 });
  const tracker = await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  const outcome = await tracker.result();
  const words = await describeJob(jobId);
  expect(words.code).toBe(0);
  expect(words.stdout).toMatch(/^Execution {2}completed, from \S+Z to \S+Z, \d+ events$/m);
  expect(words.stdout).toContain('Rows: 40, succeeded 40, failed 0');
  expect(words.stdout).not.toMatch(/workflow cancel|^Estimated/m);
  expect(words.stdout).toContain(`Its rows:         prism-imports results ${tracker.workflowId}\n`);
  const elsewhere = { ...rig.environment, PRISM_UI_ADDRESS: 'https://ui.example/temporal/' };
  const linked = await runCli(['describe', jobId], elsewhere);
  expect(linked.stdout).toContain('https://ui.example/temporal/namespaces/default/workflows/prism-import');
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
  await startOrAttachTracker(rig.server.client, 'queue-without-worker', { teamId, jobId });
  const startedAt = performance.now();
  const { code, stdout } = await describeJob(jobId);
  // Three seconds for the query, and what a busy machine takes to start a process; without a limit it would be half a
  // minute and more.
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  expect(code).toBe(0);
  expect(stdout).toContain('Execution  running, since ');
  expect(stdout).toContain('State      no worker answered within 3 s');
  expect(stdout).toContain('Import     processing, from the search attributes\n');
  expect(stdout).toMatch(/^Started by the client \d+@\S+$/m);
  expect(stdout).toMatch(/^No worker {2}no worker has polled the task queue queue-without-worker and/m);
  expect(stdout).toContain('PRISM_TASK_QUEUE=queue-without-worker');
  expect(stdout).toContain('What to do Start a worker: the workflow resumes where it stopped.\n');
  expect(JSON.parse((await describeJob(jobId, '--json')).stdout)).toMatchObject({
    execution: 'RUNNING',
    state: null,
    silence: 'no worker answered within 3 s',
  });
});

test('of a pipeline without a worker too, the answer is in plain words', async () => {
  const options = { taskQueue: 'queue-without-worker', workflowId: 'pipeline-without-worker' };
  const pipeline = await rig.server.client.workflow.start('importRecords', { ...options, args: [{}] });
  const { code, stdout } = await describeJob('pipeline-without-worker');
  await pipeline.terminate();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^State {6}no worker answered within 3 s$/m);
});

test('an id that nobody tracks is an error that says what to check', async () => {
  const { code, stdout, stderr } = await describeJob('job-of-nobody');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    'The namespace "default" has no workflow "job-of-nobody", and no tracker of such a job of team "team-1"',
  );
});

test('a job id needs no team, and the beginning of an id is enough while no other begins so', async () => {
  const teams = [randomUUID(), randomUUID()];
  const jobIds = ['one', 'two'].map((end) => `${teams[0]}-job-${end}`);
  const { client } = rig.server;
  for (const [index, jobId] of jobIds.entries())
    await startOrAttachTracker(client, 'prism-imports', { teamId: teams[index] ?? '', jobId });
  const shared = `shared-${teams[0]}`;
  for (const each of teams)
    await startOrAttachTracker(client, 'prism-imports', { teamId: each, jobId: shared });
  const query = `PrismJobId STARTS_WITH '${teams[0]}-job-' OR PrismJobId = '${shared}'`;
  while ((await client.workflow.count(query)).count < 4);
  const environment = { ...rig.environment, MICRO_TEAM_ID: '' };
  const find = (id: string) => runCli(['describe', id], environment);
  const [whole, part, both, none, ofTwoTeams] = await Promise.all([
    find(jobIds[1] ?? ''),
    find(`${teams[0]}-job-o`),
    find(`${teams[0]}-job-`),
    find(`${teams[0]}-job-three`),
    find(shared),
  ]);
  expect(whole.stdout).toContain(`Workflow   prism-import/${teams[1]}/${jobIds[1]}\n`);
  expect(part.stdout).toContain(`Workflow   prism-import/${teams[0]}/${jobIds[0]}\n`);
  expect(both.stderr).toMatch(
    /^Several ids begin with "\S+-job-": prism-import\S+, prism-import\S+: give more/,
  );
  expect(none.stderr).toContain('or the beginning of one that no other has.');
  expect(ofTwoTeams.stderr).toContain(`"${shared}" is a job of several teams: `);
  for (const each of teams) expect(ofTwoTeams.stderr).toMatch(new RegExp(`[: ]${each}[,:]`));
  expect([whole.code, part.code, both.code, none.code]).toEqual([0, 0, 1, 1]);
  for (const [index, jobId] of jobIds.entries())
    for (const each of [jobId, shared])
      await client.workflow.getHandle(`prism-import/${teams[index]}/${each}`).cancel();
});

test('a workflow that is no tracker is refused', async () => {
  const workflowId = `other/${randomUUID()}`;
  await rig.server.client.workflow.start('somethingElse', {
    workflowId,
    taskQueue: 'queue-without-worker',
  });
  const { code, stderr } = await describeJob(workflowId);
  expect(code).toBe(1);
  expect(stderr).toContain('is of type somethingElse, neither a tracker nor a pipeline');
});

test('an attempt that failed is shown with its error while it waits for the next', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 40, duration: 3_600_000 });
  const rule = rig.emulator.controller.addRule({
    path: new RegExp(jobId),
    respond: { status: 503, body: { error: 'tired' } },
  });
  await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  for (;;) {
    const { stdout } = await describeJob(jobId);
    if (!stdout.includes('last error: PrismUnavailable')) continue;
    expect(stdout).toMatch(
      /^Pending {4}getImportStatus, \w+, attempt \d of 3.*, last error: PrismUnavailable: .*503/m,
    );
    break;
  }
  rule.remove();
});

test('a tracker that another workflow has started is found by its job', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 1, duration: 3_600_000 });
  const workflowId = `child-${randomUUID()}`;
  const { workflow } = rig.server.client;
  const options = { workflowId, taskQueue: 'prism-imports', args: [{ teamId, jobId }] };
  await workflow.start('trackImport', options);
  for (;;) {
    const { code, stdout } = await describeJob(jobId);
    if (code !== 0) continue;
    expect(stdout).toContain(`Workflow   ${workflowId}\n`);
    break;
  }
  await workflow.getHandle(workflowId).terminate();
  const after = await describeJob(workflowId);
  expect(after.stdout).toContain('Execution  terminated, from ');
  expect(after.stdout).toContain(`Track it again:   prism-imports track ${jobId} --team ${teamId}\n`);
});

test('a pipeline is described with its batches, and at its end with its report', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => `Org ${n},org-${n}.test\n`);
  const file = await rig.file('piped.csv', `name,primary_domain\n${rows.join('')}`);
  const rule = rig.emulator.controller.addRule({ operation: 'import', teamId, job: { end: 'never' } });
  const id = `piped-${randomUUID()}`;
  const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--batch-size', '100'];
  const run = startCli(['import', file, '--id', id, ...flags], rig.environment);
  for (;;) {
    const { stdout } = await describeJob(id);
    if (stdout.split('\n').filter((line) => line.startsWith('processing ')).length < 2) continue;
    expect(stdout).toMatch(/^Pipeline {3}organization records, importing$/m);
    expect(stdout).toContain('Progress   0 of 200 rows\n');
    expect(stdout).toContain('Batches    0 finished, 2 in flight, of 2\n');
    expect(stdout).toMatch(/^processing .* batch-0001$/m);
    expect(stdout).toContain(`Follow it:        prism-imports import --attach ${id}\n`);
    break;
  }
  const { workflow } = rig.server.client;
  await workflow.getHandle(id).cancel();
  await run.ended;
  const [, reset = ''] =
    /^Restart it: +(temporal workflow reset .*)$/m.exec((await describeJob(id)).stdout) ?? [];
  await inShell(reset);
  while ((await workflow.count(`WorkflowId STARTS_WITH '${id}/' AND ExecutionStatus='Running'`)).count < 2);
  expect(rig.emulator.controller.requests({ teamId, did: 'launched' })).toHaveLength(2);
  await workflow.getHandle(id).terminate();
  const [, goOn = ''] =
    /^Resume it: +(temporal workflow reset .*)$/m.exec((await describeJob(id)).stdout) ?? [];
  await inShell(goOn);
  rule.remove();
  for (const entry of rig.emulator.controller.requests({ teamId, did: 'launched' })) {
    if (entry.jobId != null) await rig.emulator.controller.setJob(entry.jobId, { status: 'complete' });
  }
  for (const batch of [1, 2])
    await rig.server.client.workflow.getHandle(`${id}/batch-000${batch}`).signal('pollNow');
  await workflow.getHandle(id).result();
  const after = await describeJob(id);
  expect(after.stdout).toMatch(/^Rows {7}200 rows = .* in 2 imports$/m);
  expect(after.stdout).toMatch(/^Report {5}file:\/\/.*csv$/m);
  expect(after.stdout).toContain(`Its rows:         prism-imports results ${id}\n`);
  const json = JSON.parse((await describeJob(id, '--json')).stdout) as { batches: { status: string }[] };
  expect(json).toMatchObject({
    type: 'importRecords',
    execution: 'COMPLETED',
    outcome: { totals: { rows: 200 } },
  });
  expect(json.batches.map(({ status }) => status)).toEqual(['complete', 'complete']);
});

test('at its end a pipeline with failed rows shows the command that says why they failed', async () => {
  const file = await rig.file('short-row.csv', 'name,primary_domain\nAcme,acme.test\nshort\n');
  const id = `short-row-${randomUUID()}`;
  const flags = ['--object-type', 'organization', '--dedupe-by', 'primary_domain', '--id', id];
  expect((await runCli(['import', file, ...flags], rig.environment)).code).toBe(4);
  const { stdout } = await describeJob(id);
  expect(stdout).toContain(`Its rows:         prism-imports results ${id}\n`);
  expect(stdout).toContain(`Why rows failed:  prism-imports results ${id} --failed\n`);
});

test.each([
  { type: 'importRecords', args: [{}] },
  { type: 'trackImport', args: [{ teamId, jobId: 3 }] },
])('a refused $type shows why once', async ({ type, args }) => {
  const workflowId = `refused-${randomUUID()}`;
  const options = { workflowId, taskQueue: 'prism-imports', args };
  await expect(rig.server.client.workflow.execute(type, options)).rejects.toThrow();
  const { code, stdout } = await describeJob(workflowId);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Failure    ${type} cannot use its input: `, 'm'));
  expect(stdout.match(/cannot use its input/g)).toHaveLength(1);
  expect(stdout).not.toContain('query failed');
  expect(stdout).toMatch(/^Import {5}\S/m);
});
