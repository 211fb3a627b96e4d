import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { PlannedImport } from '../../src/core/pipeline/plan';
import type { ImportReport } from '../../src/core/pipeline/report';
import { organizations } from '../support/pipeline-rig';
import { until } from '../support/until';
import { testWaves, type Attacks } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import type { WallSite } from './support/site';
import { startPipeline } from './support/victims';

/** Runs the workflows of somebody else while an attack lasts. */
async function asStranger<T>(
  { env }: WallSite,
  attack: (
    start: (type: string, args: unknown[], workflowId?: string) => Promise<WorkflowHandle>,
  ) => Promise<T>,
): Promise<T> {
  const taskQueue = `stranger-${randomUUID()}`;
  const workflowsPath = require.resolve('./support/strangers');
  const worker = await Worker.create({ connection: env.nativeConnection, taskQueue, workflowsPath });
  return worker.runUntil(
    attack((type, args, workflowId = `stranger-${randomUUID()}`) =>
      env.client.workflow.start(type, { taskQueue, workflowId, args }),
    ),
  );
}

const refusal = (field: string) => ({
  type: 'InvalidInput',
  message: expect.stringContaining(field) as string,
});

/** A pipeline that has ended, with its plan and launch key, which anybody may read in its history. */
async function victim(site: WallSite) {
  const uri = site.source(`${randomUUID()}.csv`, organizations(12));
  const pipeline = await startPipeline(site, { uri, format: 'csv' }, { objectType: 'organization' });
  const report = await pipeline.report();
  const { events } = await pipeline.handle.fetchHistory();
  const completed = events?.find((event) => event.activityTaskCompletedEventAttributes);
  const data = completed?.activityTaskCompletedEventAttributes?.result?.payloads?.[0]?.data;
  const planned = JSON.parse(Buffer.from(data ?? []).toString()) as PlannedImport;
  return { ...pipeline, planned, report, text: () => textOf(report) };
}

const textOf = ({ reportUri }: ImportReport) => readFileSync(fileURLToPath(reportUri), 'utf8');

const launchesOf = ({ emulator }: WallSite, team: string) =>
  emulator.controller.journal.filter(({ operation, path }) => operation === 'import' && path.includes(team))
    .length;

/** Asks, as a stranger's workflow, for what is another pipeline's. */
const foreign =
  (activity: string, field: string, input: (of: Awaited<ReturnType<typeof victim>>) => object, id?: 'same') =>
  async (site: WallSite): Promise<void> => {
    const of = await victim(site);
    const [before, sent] = [of.text(), launchesOf(site, of.team)];
    const queue = activity === 'startImport' ? `${site.taskQueue}-http` : site.taskQueue;
    await asStranger(site, async (start) => {
      const workflowId = id === 'same' ? of.handle.workflowId : undefined;
      const handle = await start('askFor', [queue, activity, input(of)], workflowId);
      expect(await failureOf(handle)).toMatchObject(refusal(field));
    });
    expect([of.text(), launchesOf(site, of.team)]).toEqual([before, sent]);
  };

type Victim = Awaited<ReturnType<typeof victim>>;
const settled = { jobId: null, status: 'complete', polls: 0, message: null, resultsRef: null };
const settle = ({ planned: { plan, launchKey } }: Victim) => ({
  plan,
  launchKey,
  batch: 1,
  imports: [{ ...settled, withoutResult: 'failed', range: null }],
});
const report = ({ planned }: Victim) => planned;
const launch = ({ planned: { plan, launchKey }, team }: Victim) => ({
  ...{ teamId: team, objectType: 'organization', options: {}, plan, batch: 1, range: null },
  idempotencyKey: `${launchKey}-1-2`,
});

const activities: Attacks = {
  'settling a batch of another pipeline': foreign('settleBatch', 'launchKey: saw another', settle),
  'settling a batch of an earlier pipeline of the same id': foreign(
    'settleBatch',
    'launchKey',
    settle,
    'same',
  ),
  'writing the report of another pipeline': foreign('writeReport', 'launchKey: saw another', report),
  'launching a batch of another pipeline': foreign('startImport', 'idempotencyKey: saw another', launch),
  'launching a batch of an earlier pipeline of the same id': foreign(
    'startImport',
    'idempotencyKey: saw another',
    launch,
    'same',
  ),
  'planning in the place of an earlier pipeline': foreign(
    'planImport',
    'firstExecutionRunId: saw another',
    ({ handle }) => ({
      source: { uri: 'file:///nowhere.csv', format: 'csv' },
      batchSize: 10,
      firstExecutionRunId: (handle as { firstExecutionRunId?: string }).firstExecutionRunId,
    }),
    'same',
  ),
};

/** Inputs of another form, each with the field that is named. */
const misshapen: [activity: string, field: string, input: unknown][] = [
  ['getImportStatus', 'jobId', { teamId: 'team', jobId: '..', results: 'auto' }],
  ['getImportStatus', 'results', { teamId: 'team', jobId: 'job', results: 'all' }],
  ['getImportStatus', 'input', null],
  ['startImport', 'plan', { teamId: 'team', objectType: 'contact', batch: 1, range: null, options: {} }],
  ['planImport', 'batchSize', { source: {}, batchSize: 1e9, firstExecutionRunId: '' }],
  ['settleBatch', 'imports', { launchKey: 'a'.repeat(64), batch: 1, imports: [] }],
  ['writeReport', 'launchKey', { launchKey: '../..', warnings: [] }],
];

const shapes = Object.fromEntries(
  misshapen.map(([activity, field, input]) => [
    `${activity} without a good ${field}`,
    (site: WallSite) =>
      asStranger(site, async (start) => {
        const isHttp = ['getImportStatus', 'startImport'].includes(activity);
        const queue = isHttp ? `${site.taskQueue}-http` : site.taskQueue;
        expect(await failureOf(await start('askFor', [queue, activity, input]))).toMatchObject(
          refusal(field),
        );
      }),
  ]),
);

/** A state as a pipeline hands it over that has settled everything. */
const done = ({ planned }: Victim, change: object = {}) => ({
  planned,
  next: planned.plan.batches + 1,
  lanes: [],
  heard: [],
  totals: { rows: 12, created: 12, updated: 0, existing: 0, failed: 0, unknown: 0 },
  ended: {},
  finished: planned.plan.batches,
  keyWorked: true,
  ...change,
});
const inputOf = (of: Victim, change?: object) => ({
  teamId: of.team,
  objectType: 'organization',
  source: { uri: 'file:///rows.csv', format: 'csv' },
  carried: done(of, change),
});

const lane = (trackerId: string) => ({
  ...{ batch: 1, todo: [], ended: [], doing: 'waiting for its tracker' },
  following: { range: null, jobId: 'job', submittedAt: '2026-01-01T00:00:00.000Z', trackerId },
});

/** Waits until a run has failed, and gives why and which run follows. */
async function failureOfRun({ env }: WallSite, workflowId: string, runId: string) {
  let failed: { message: string; nextRun: string } | undefined;
  await until(async () => {
    const { events } = await env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const end = events?.at(-1)?.workflowExecutionFailedEventAttributes;
    if (end) failed = { message: end.failure?.message ?? '', nextRun: end.newExecutionRunId ?? '' };
    return failed !== undefined;
  });
  if (failed === undefined) throw new Error('the run has not failed');
  return failed;
}

const handedOver: Attacks = {
  async 'a state given at the start'(site) {
    const of = await victim(site);
    const before = of.text();
    const handle = await site.env.client.workflow.start('importRecords', {
      taskQueue: site.taskQueue,
      workflowId: randomUUID(),
      args: [inputOf(of)],
    });
    expect(await failureOf(handle)).toMatchObject(refusal('carried: saw a value, expected no such field'));
    expect(of.text()).toBe(before);
  },
  async 'a state given by a workflow of another type'(site) {
    const of = await victim(site);
    const before = of.text();
    await asStranger(site, async (start) => {
      const handle = await start('turnInto', [site.taskQueue, 'importRecords', inputOf(of)]);
      expect(await failureOf(handle)).toMatchObject(refusal('launchKey'));
    });
    expect(of.text()).toBe(before);
  },
  async 'a state that names a tracker of somebody else'(site) {
    const of = await victim(site);
    const input = inputOf(of, { lanes: [lane('somebody-else')] });
    await asStranger(site, async (start) => {
      const handle = await start('turnInto', [site.taskQueue, 'importRecords', input]);
      expect(await failureOf(handle)).toMatchObject(refusal('carried.lanes.following'));
    });
  },
  async 'states given under a cron schedule'(site) {
    const of = await victim(site);
    const state = { startedAtMs: 0, submittedAtMs: 0, waitUntilMs: null, polls: 0, lastPollAtMs: null };
    const more = { answered: true, job: null, clock: null, hintUntilMs: null, missing: null, problem: null };
    const carried = { ...state, ...more, firstProgress: null, draw: 0, pollNow: false, published: null };
    for (const [type, input] of [
      ['importRecords', inputOf(of)],
      ['trackImport', { teamId: of.team, jobId: 'job', carried }],
    ] as const) {
      const workflowId = randomUUID();
      const first = await site.env.client.workflow.start(type, {
        ...{ taskQueue: site.taskQueue, workflowId, args: [input], cronSchedule: '@every 1s' },
      });
      const { message, nextRun } = await failureOfRun(site, workflowId, first.firstExecutionRunId);
      const second = await failureOfRun(site, workflowId, nextRun);
      for (const seen of [message, second.message])
        expect(seen).toContain('carried: saw a value, expected no such field');
      await site.env.client.workflow.getHandle(workflowId).terminate();
    }
  },
  async 'a state of a tracker that none can have'(site) {
    const now = Date.now();
    const state = { startedAtMs: now, submittedAtMs: now, waitUntilMs: null, polls: -1e9 };
    const more = { answered: true, clock: null, hintUntilMs: null, missing: null, problem: null };
    const job = { job_id: 'another', status: 'complete' };
    const carried = { ...state, ...more, job, lastPollAtMs: now + 1e10, firstProgress: null, draw: 0 };
    const input = { teamId: 'team', jobId: 'job', carried: { ...carried, pollNow: true, published: null } };
    await asStranger(site, async (start) => {
      const handle = await start('turnInto', [site.taskQueue, 'trackImport', input]);
      const { message } = await failureOf(handle);
      for (const field of ['lastPollAtMs', 'polls', 'job.job_id'])
        expect(message).toContain(`carried.${field}`);
    });
  },
};

testWaves({
  'activities serve the workflow that asks, and nobody else': activities,
  'activities refuse inputs of another form': shapes,
  'no state is taken over but from the run before': handedOver,
});
