import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startTimeSkipping } from '../support/temporal';
import { startTrackerRig, teamId, type TrackerHandle, type TrackerRig } from '../support/tracker-rig';

// A server of its own: after a workflow that has continued as new, the clock of a time-skipping server jumps.
let env: TestWorkflowEnvironment;
let rig: TrackerRig;

beforeAll(async () => {
  env = await startTimeSkipping();
  // Each task reads the whole history again: where the decision to go on anew is not the same, it fails.
  rig = await startTrackerRig(env, { maxCachedWorkflows: 0 });
});

afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

const hour = 3_600_000;
/** A minute of a processor's time, of which a busy machine may give little. */
const testLimitMs = 900_000;

/** How many events each run of a workflow has, the first first. */
async function runLengths({ workflowId, firstExecutionRunId }: TrackerHandle): Promise<number[]> {
  const lengths: number[] = [];
  for (let runId: string | null | undefined = firstExecutionRunId; runId;) {
    const { events } = await env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    lengths.push(events?.length ?? 0);
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return lengths;
}

test(
  'a tracker of a week goes on in new runs, each short enough to be read again',
  async () => {
    const jobId = 'long';
    await rig.emulator.controller.createJob({ teamId, jobId, duration: 200 * hour, total: 200 });
    const handle = await rig.track({ jobId, polling: { adaptive: false }, waitTimeout: '7d' });
    const { status, tracking } = await handle.result();
    expect({ status, undelivered: tracking.undelivered }).toEqual({ status: 'timed_out', undelivered: [] });
    expect(tracking.polls).toBeGreaterThanOrEqual(118);
    expect(tracking.polls).toBeLessThanOrEqual(132);
    const lengths = await runLengths(handle);
    // The poll at which a run grew beyond 250 ends it.
    expect(Math.max(...lengths)).toBeLessThan(270);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(1600);
  },
  testLimitMs,
);
