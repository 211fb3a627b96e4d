import type { WorkflowHandle } from '@temporalio/client';
import type { callPrism } from '../nexus/support/calling-workflows';
import { trackerWorkflowId } from '../../src/core/ids';
import type { ImportOutcome } from '../../src/core/tracker/outcome';
import { statusQuery } from '../../src/workflows/messages';
import type { trackImport } from '../../src/workflows/track-import';
import { startNexusCallers, withCallers, type NexusCallers } from '../support/nexus-callers';
import { until } from '../support/until';
import { newerTemporalCli } from './support/newer-temporal-cli';
import { startSite, type Scenario } from './support/scenario';

const callerCount = 100;
const teamId = 'acme';
const jobId = 'imp-1';
/** Of an import that one caller alone waits for, all else the same. */
const loneJobId = 'imp-lone';
/** Less than a hundred callers write into a tracker's history. */
const eventsOfRun = 60;

let site: Scenario;
let callers: NexusCallers;

beforeAll(async () => {
  const suggestion = `limit.historyCount.suggestContinueAsNew=${eventsOfRun}`;
  const options = {
    executable: await newerTemporalCli(),
    extraArgs: [...withCallers.extraArgs, '--dynamic-config-value', suggestion],
  };
  site = await startSite(options, {}, async ({ server }) => {
    callers = await startNexusCallers(server, 'prism-imports');
  });
});

afterAll(async () => {
  await callers?.stop();
  await site?.close();
});

type Caller = WorkflowHandle<typeof callPrism>;

/** Has a workflow of the other namespace await an import, always by the same input. */
function awaitImport(id: string): Promise<Caller> {
  const polling = { initialInterval: '5s', maximumInterval: '5s' };
  const input = { teamId, jobId: id, polling };
  return callers.start({ operation: 'trackImport', input, within: '10 minutes' });
}

/** What a caller's history says of its operation, in order. */
async function operationEvents(caller: Caller): Promise<string[]> {
  const { events } = await caller.fetchHistory();
  const fields = (events ?? []).flatMap((event) => Object.keys(event));
  return fields.flatMap((field) => /^nexusOperation(\w+)EventAttributes$/.exec(field)?.[1] ?? []);
}

const hasJoined = async (caller: Caller) => (await operationEvents(caller)).includes('Started');

/** When an import was asked for, in milliseconds. */
const pollTimes = (id = jobId): number[] =>
  site.emulator.controller.requests({ operation: 'status', jobId: id }).map(({ at }) => Date.parse(at));

const tracker = () =>
  site.server.client.workflow.getHandle<typeof trackImport>(trackerWorkflowId(teamId, jobId));

async function polledAgain(): Promise<void> {
  const before = pollTimes().length;
  await until(() => pollTimes().length > before);
}

/** Whether the next poll is some time off: one that is cut off would be made again. */
async function isBetweenPolls(): Promise<boolean> {
  const { phase, nextPollAt } = await tracker().query(statusQuery);
  return phase === 'waiting' && Date.parse(nextPollAt ?? '') - Date.now() > 1500;
}

test('100 callers of another namespace wait for one import: polls as for one caller, each is told once, though the worker is killed and the tracker continues as new', async () => {
  for (const id of [jobId, loneJobId])
    await site.emulator.controller.createJob({ teamId, jobId: id, total: 40, duration: '1h' });
  const lone = await awaitImport(loneJobId);
  const called = await Promise.all(Array.from({ length: callerCount }, () => awaitImport(jobId)));
  await until(async () => (await Promise.all(called.map(hasJoined))).every(Boolean));

  await polledAgain();
  await until(isBetweenPolls);
  await site.replaceWorker();
  await polledAgain();
  for (const id of [jobId, loneJobId]) await site.emulator.controller.setJob(id, { status: 'complete' });

  expect(await lone.result()).toMatchObject({ value: { status: 'complete', jobId: loneJobId } });
  const [result, ...others] = await Promise.all(called.map((caller) => caller.result()));
  const outcome = (result as { value: ImportOutcome }).value;
  expect(outcome).toMatchObject({ status: 'complete', teamId, jobId, job: { total: 40 } });
  expect(others).toEqual(Array.from({ length: callerCount - 1 }, () => result));
  for (const caller of called)
    expect(await operationEvents(caller)).toEqual(['Scheduled', 'Started', 'Completed']);

  const times = pollTimes();
  expect(times).toHaveLength(outcome.tracking.polls);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(4000);
  // The two are polled at other moments, so that one may have a poll more, and another that the kill cut off.
  expect(times.length).toBeLessThanOrEqual(pollTimes(loneJobId).length + 2);
  const { events } = await tracker().fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
});
