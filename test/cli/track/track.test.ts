import { randomUUID } from 'node:crypto';
import type { ImportOutcome } from '../../../src/core/tracker/outcome';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli, startCli, type CliEnd } from '../support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const teamId = 'team-1';
const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
const row = (index: number, error?: string) => ({
  input_index: index,
  ...(error === undefined
    ? { id: randomUUID(), created: true }
    : { error: { code: 'invalid', message: error } }),
});

/** How each end comes about, and what `track` makes of it. */
const ends = [
  {
    end: 'complete',
    code: 0,
    job: { total: 3 },
    texts: ['complete after 1 poll\n', 'Rows: 3, succeeded 3, failed 0'],
  },
  {
    end: 'complete with a failed row',
    code: 4,
    job: { results: [row(0), row(1, 'no name')] },
    texts: ['Rows: 2, succeeded 1, failed 1'],
  },
  {
    end: 'failed',
    code: 3,
    job: { total: 2, status: 'failed', error: { code: 'quota', message: 'no records left' } },
    texts: ['failed after 1 poll\n', 'Error: quota: no records left'],
  },
  { end: 'expired', code: 5, job: null, texts: ['expired after 1 poll\n'] },
  {
    end: 'timed out',
    code: 6,
    job: { total: 2, duration: 3_600_000 },
    flags: ['--wait-timeout', '3s'],
    texts: ['timed_out after', 'The import was still processing.'],
  },
];

test('how an import ended is told in words and by the exit code', async () => {
  const runs = ends.map(async ({ job, flags = [] }): Promise<CliEnd> => {
    const jobId = job === null ? randomUUID() : await rig.emulator.controller.createJob({ teamId, ...job });
    const since = job === null ? ['--submitted-at', hourAgo()] : [];
    return runCli(['track', jobId, ...since, ...flags], rig.environment);
  });
  const seen = await Promise.all(runs);
  expect(seen.map(({ code }, index) => [ends[index]?.end, code])).toEqual(
    ends.map(({ end, code }) => [end, code]),
  );
  for (const [index, { texts }] of ends.entries()) {
    for (const text of texts) expect(seen[index]?.stdout).toContain(text);
    expect(seen[index]?.stderr).toContain(`Started workflow prism-import/${teamId}/`);
  }
});

test('a second track of the same job attaches to its tracker, and both print the same outcome', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 2, duration: 3_600_000 });
  const runs = [1, 2].map(() => startCli(['track', jobId, '--json'], rig.environment));
  for (const run of runs) await run.printed(/processing, poll/);
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await rig.server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`).signal('pollNow');

  const [first, second] = await Promise.all(runs.map(({ ended }) => ended));
  expect([first?.code, second?.code]).toEqual([0, 0]);
  const firstLines = [first, second].map((run) => run?.stderr.split('\n')[0]).sort();
  expect(firstLines).toEqual([
    `Attached to workflow prism-import/${teamId}/${jobId}, which keeps the options it was started with`,
    `Started workflow prism-import/${teamId}/${jobId} to track it`,
  ]);
  const outcome = JSON.parse(first?.stdout ?? '') as ImportOutcome;
  expect(outcome).toMatchObject({ status: 'complete', teamId, jobId, job: { total: 2, failed: 0 } });
  expect(JSON.parse(second?.stdout ?? '')).toEqual(outcome);
  // One tracker polled, not two: each poll of the journal is one of its own.
  const polls = rig.emulator.controller.journal.filter((entry) => entry.jobId === jobId);
  expect(polls).toHaveLength(outcome.tracking.polls);
});

test('Ctrl-C ends track with exit code 130 and leaves the tracker running', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 2, duration: 3_600_000 });
  const run = startCli(['track', jobId], rig.environment);
  await run.printed(/processing, poll/);
  run.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain(
    'Interrupted. The tracker keeps running; run the same command again to attach to it.',
  );
  const tracker = rig.server.client.workflow.getHandle(`prism-import/${teamId}/${jobId}`);
  expect((await tracker.describe()).status.name).toBe('RUNNING');
});

test('while no worker answers, track names the task queue that needs one, once', async () => {
  const environment = { ...rig.environment, PRISM_TASK_QUEUE: 'queue-of-nobody' };
  const run = startCli(['track', randomUUID()], environment);
  await run.printed(/^no answer yet; check that a worker polls the task queue queue-of-nobody$/m);
  run.kill('SIGINT');
  expect((await run.ended).stderr.match(/no answer yet/g)).toHaveLength(1);
});

test('a tracker that fails ends track with exit code 1 and the reason, without the key', async () => {
  const rule = rig.emulator.controller.addRule({
    path: /\/refused\//,
    respond: { status: 403, body: { error: 'forbidden' } },
  });
  const { code, stdout, stderr } = await runCli(['track', 'job-1', '--team', 'refused'], rig.environment);
  rule.remove();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^PrismForbidden: /m);
  expect(stderr).not.toContain('hunter2');
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('an outcome once known is printed again, and the API is asked afresh only with --again', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, results: [row(0)] });
  const workflowId = `prism-import/${teamId}/${jobId}`;
  const polls = () => rig.emulator.controller.journal.filter(({ path }) => path.includes(jobId)).length;
  const first = await runCli(['track', jobId, '--json'], rig.environment);
  const asked = polls();
  const again = await runCli(['track', jobId, '--json'], rig.environment);
  expect(again).toMatchObject({ code: 0, stdout: first.stdout });
  expect(again.stderr).toMatch(
    new RegExp(
      `^Workflow ${workflowId} has already tracked it to its end \\(\\S+Z\\), so no request is sent`,
    ),
  );
  expect(again.stderr).toContain(`  prism-imports track ${jobId} --team ${teamId} --again\n`);
  expect(polls()).toBe(asked);

  // The API forgets it: who looks afresh learns that, and what was known stands all the same.
  const forgotten = rig.emulator.controller.addRule({
    path: new RegExp(jobId),
    respond: { status: 404, body: { error: 'not found' } },
  });
  const afresh = await runCli(['track', jobId, '--again', '--submitted-at', hourAgo()], rig.environment);
  forgotten.remove();
  expect(afresh).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(`Started workflow ${workflowId} `) as string,
  });
  expect(polls()).toBe(asked + 1);
  expect(await runCli(['track', jobId, '--json'], rig.environment)).toMatchObject({
    code: 0,
    stdout: first.stdout,
  });
  expect(polls()).toBe(asked + 1);
  const results = await runCli(['results', jobId], rig.environment);
  expect(results).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"outcome":"created"') as string,
  });
  const described = await runCli(['describe', workflowId], rig.environment);
  expect(described.stdout).toContain('complete after 1 poll\n');
  expect(described.stdout).toMatch(new RegExp(`^Later {6}expired, by run \\S+ of ${workflowId} from`, 'm'));
  expect(described.stdout).toContain('Rows: 1, succeeded 1, failed 0');
});

test('an expired import is not asked for again; one whose wait was over is followed on', async () => {
  const gone = randomUUID();
  const first = await runCli(['track', gone, '--submitted-at', hourAgo()], rig.environment);
  const second = await runCli(['track', gone], rig.environment);
  expect([first.code, second.code]).toEqual([5, 5]);
  expect(second.stdout).toBe(first.stdout);
  expect(rig.emulator.controller.journal.filter((entry) => entry.jobId === gone)).toHaveLength(1);

  const slow = await rig.emulator.controller.createJob({ teamId, total: 2, duration: 3_600_000 });
  const waited = await runCli(['track', slow, '--wait-timeout', '1s'], rig.environment);
  await rig.emulator.controller.setJob(slow, { status: 'complete' });
  const ended = await runCli(['track', slow], rig.environment);
  expect([waited.code, ended.code]).toEqual([6, 0]);
  expect(ended.stderr).toContain('Started workflow ');
});

test('an import that a parent follows is attached to, and gets no second tracker', async () => {
  const jobId = await rig.emulator.controller.createJob({ teamId, total: 1, duration: 3_600_000 });
  const workflowId = `parent-${randomUUID()}/import`;
  const { workflow } = rig.server.client;
  await workflow.start('trackImport', { workflowId, taskQueue: 'prism-imports', args: [{ teamId, jobId }] });
  const query = `WorkflowId = '${workflowId}' AND PrismJobId = '${jobId}'`;
  while ((await workflow.count(query)).count === 0);
  const run = startCli(['track', jobId, '--again'], rig.environment);
  await run.printed(new RegExp(`Attached to workflow ${workflowId},`));
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await workflow.getHandle(workflowId).signal('pollNow');
  expect((await run.ended).code).toBe(0);
  expect(await runCli(['track', jobId], rig.environment)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`Workflow ${workflowId} has already tracked it to its end`) as string,
  });
});

test('ids on standard input are followed together, and --detach does not wait', async () => {
  const [whole, slow] = [
    await rig.emulator.controller.createJob({ teamId, total: 1 }),
    await rig.emulator.controller.createJob({ teamId, total: 1, duration: 3_600_000 }),
  ];
  const gone = randomUUID();
  const run = startCli(['track', '-', '--json', '--submitted-at', hourAgo()], rig.environment);
  run.typeAll(`${whole}\n\n${gone}\n${whole}\n`);
  const { code, stdout } = await run.ended;
  const outcomes = stdout.trimEnd().split('\n');
  const ends = outcomes.map((line) => JSON.parse(line) as ImportOutcome);
  expect(code).toBe(5);
  expect(new Map(ends.map(({ jobId, status }) => [jobId, status]))).toEqual(
    new Map([
      [whole, 'complete'],
      [gone, 'expired'],
    ]),
  );
  const detached = await runCli(['track', slow, '--detach'], rig.environment);
  expect(detached).toEqual({ code: 0, stdout: `started prism-import/${teamId}/${slow}\n`, stderr: '' });
  const again = await runCli(['track', whole, '--detach', '--json'], rig.environment);
  expect(JSON.parse(again.stdout)).toMatchObject({ jobId: whole, state: 'ended' });
});
