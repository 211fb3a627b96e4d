import { startOrAttachTracker } from '../../src/temporal/trackers';
import { parseTraces } from '../../src/cli/budget/traces';
import { startCliRig, type CliRig } from './support/cli-rig';
import { runCli } from './support/run-cli';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});
afterAll(() => rig?.close());

const teamId = 'team-1';

test('trackers that found an end are exported as traces without ids, one that runs on is not', async () => {
  const { controller } = rig.emulator;
  const jobId = await controller.createJob({ teamId, jobId: 'secret-job', total: 4000, duration: 5000 });
  await controller.createJob({ teamId, jobId: 'long-job', total: 40, duration: 3_600_000 });
  const running = await startOrAttachTracker(rig.server.client, 'prism-imports', {
    teamId,
    jobId: 'long-job',
  });
  const tracker = await startOrAttachTracker(rig.server.client, 'prism-imports', { teamId, jobId });
  const outcome = await tracker.result();
  await visible(tracker.workflowId);

  const { code, stdout, stderr } = await runCli(['lab', 'export'], rig.environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '1 trace\n' });
  expect(stdout).not.toMatch(/secret|team/);
  const [trace] = parseTraces(stdout);
  expect(trace?.durationMs).toBeGreaterThanOrEqual(4900);
  expect(trace?.total).toBe(4000);
  expect(trace?.progress).toHaveLength(outcome.tracking.polls);
  expect(trace?.progress.at(-1)).toEqual([trace?.durationMs, 4000]);
  await running.cancel();
});

/** Waits until the list of completed workflows has it: the server writes that list a moment later. */
async function visible(workflowId: string): Promise<void> {
  const query = `WorkflowId='${workflowId}' AND ExecutionStatus='Completed'`;
  while ((await rig.server.client.workflow.count(query)).count === 0);
}

test('lab without a subcommand shows what there is', async () => {
  const { code, stderr } = await runCli(['lab'], rig.environment);
  expect(code).toBe(2);
  expect(stderr).toContain('export');
});
