import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportReport } from '../../../src/core/pipeline/report';
import type { ImportOutcome } from '../../../src/core/tracker/outcome';
import { until } from '../../support/until';
import { privateData } from './private-data';
import type { WallSite } from './site';

/** Rows of the neighbour's pipeline, and how many it sends at once. */
const rows = 24;
const batchSize = 8;
/** Polls that have to come after the attack is over, before the neighbour's imports may end. */
const pollsAfter = 2;
/** So long the polls of a worker may take to come again that stood still: tasks given to it time out first. */
const recoveryMs = 180_000;
const polling = {
  initialInterval: '200ms',
  maximumInterval: '200ms',
  backoffCoefficient: 1,
  adaptive: false,
} as const;
/** So long a worker may take for a step of a workflow; the server's own default is 10 s. */
const taskTimeout = '5 seconds';

/**
 * An import of somebody else's beside an attack: a tracker, and a pipeline with its trackers, whose jobs go on until
 * the attack is over.
 */
export interface Neighbour {
  /** Its team, with which the ids of its workflows begin. */
  team: string;
  /** Lets its imports end, waits for it, and gives all that was not as ever; nothing when it is unharmed. */
  harm(): Promise<string[]>;
}

/** Starts a neighbour and waits until its imports are being followed. */
export async function startNeighbour(site: WallSite): Promise<Neighbour> {
  const { env, emulator, taskQueue } = site;
  const team = `neighbour-${randomUUID()}`;
  let isReleased = false;
  const pollCount = () => emulator.controller.requests({ operation: 'status', teamId: team }).length;
  emulator.controller.addRule({
    operation: 'status',
    teamId: team,
    respond({ proceed }) {
      const answer = proceed();
      if (isReleased || answer.status !== 200) return answer;
      return { ...answer, body: { ...(answer.body as object), status: 'processing', results: undefined } };
    },
  });
  const jobId = await emulator.controller.createJob({ teamId: team, total: 3, duration: 0 });
  const lines = Array.from({ length: rows }, (_, row) => `${privateData.cell} ${row},m${row}@example.com`);
  const csv = ['first_name,email', ...lines].join('\n');
  const source = { uri: site.source(`${team}.csv`, csv), format: 'csv' };
  const options = { taskQueue, workflowTaskTimeout: taskTimeout } as const;
  const tracker = await env.client.workflow.start('trackImport', {
    ...options,
    workflowId: `${team}-tracker`,
    args: [{ teamId: team, jobId, polling }],
  });
  const pipeline = await env.client.workflow.start('importRecords', {
    ...options,
    workflowId: `${team}-pipeline`,
    args: [{ teamId: team, objectType: 'contact', source, batchSize, polling }],
  });
  await until(() => pollCount() >= 4);
  return {
    team,
    async harm() {
      const before = pollCount();
      await until(() => pollCount() >= before + pollsAfter, recoveryMs);
      isReleased = true;
      const outcome = (await tracker.result()) as ImportOutcome;
      const report = (await pipeline.result()) as ImportReport;
      return [
        ...(outcome.status === 'complete' ? [] : [`its tracker ended as ${outcome.status}`]),
        ...(report.totals.created === rows ? [] : [`its rows ended as ${JSON.stringify(report.totals)}`]),
        ...(await troubles(env, team)),
      ];
    },
  };
}

/** How {@link troubles} says that a worker was too slow, or the machine. */
export const outOfTime = 'ran out of time';

/** Tasks of the neighbour's workflows that ran out of time, failed or were tried again. */
export async function troubles({ client }: TestWorkflowEnvironment, team: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({
    query: `WorkflowId STARTS_WITH '${team}'`,
  })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const { attempt, lastFailure } = event.activityTaskStartedEventAttributes ?? {};
      const trouble = [
        event.workflowTaskTimedOutEventAttributes && `a workflow task ${outOfTime}`,
        event.workflowTaskFailedEventAttributes && 'a workflow task failed',
        event.activityTaskTimedOutEventAttributes && `an activity ${outOfTime}`,
        event.activityTaskFailedEventAttributes && 'an activity failed',
        (attempt ?? 1) > 1 &&
          (lastFailure?.timeoutFailureInfo
            ? `an activity ${outOfTime} and was tried again`
            : `an activity was tried again: ${lastFailure?.message}`),
      ].filter((each) => typeof each === 'string');
      found.push(...trouble.map((what) => `${workflowId}: ${what} (event ${String(event.eventId)})`));
    }
  }
  return found;
}
