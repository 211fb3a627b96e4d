import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { PollAnswer } from '../core/tracker/get-import-status';
import { traceOf, type SeenJob, type Trace } from './trace';
import type { TrackImportInput } from '../core/tracker/input';
import { indexClient } from './index-client';
import { grpcCode, grpcCodeOf } from './problem';
import { readPayload } from './payloads/read-payload';

/** One tracker run: when its import was submitted, what its polls saw, and which run came before. */
interface Run {
  submittedAtMs: number;
  polls: SeenJob[];
  previousRunId: string | null;
}

/**
 * Reads the traces of completed trackers from their histories, newest first, at most `limit`. Yields null for trackers
 * that did not see their import end (expired, timed out), and for those whose earlier runs the namespace has deleted.
 */
export async function* trackerTraces(client: Client, limit: number): AsyncGenerator<Trace | null> {
  const query = "WorkflowType='trackImport' AND ExecutionStatus='Completed'";
  let given = 0;
  for await (const { workflowId, runId } of indexClient(client).workflow.list({ query })) {
    if (given >= limit) return;
    const trace = await traceOfRun(client, workflowId, runId);
    if (trace !== null) given++;
    yield trace;
  }
}

async function traceOfRun(client: Client, workflowId: string, lastRunId: string): Promise<Trace | null> {
  const polls: SeenJob[] = [];
  let submittedAtMs = 0;
  for (let runId: string | null = lastRunId; runId !== null;) {
    const run: Run | null = await readRun(client, workflowId, runId);
    if (run === null) return null;
    polls.unshift(...run.polls);
    ({ submittedAtMs, previousRunId: runId } = run);
  }
  return traceOf(submittedAtMs, polls);
}

async function readRun(client: Client, workflowId: string, runId: string): Promise<Run | null> {
  const { events } = await client.workflow
    .getHandle(workflowId, runId)
    .fetchHistory()
    .catch((error: unknown) => {
      if (grpcCodeOf(error) !== grpcCode.notFound) throw error;
      return { events: null };
    });
  const started = events?.[0];
  const attributes = started?.workflowExecutionStartedEventAttributes;
  if (!events || !started || !attributes) return null;
  const input = await decoded<TrackImportInput>(client, attributes.input?.payloads?.[0]);
  const startedAtMs = millis(started.eventTime);
  const polls: SeenJob[] = [];
  for (const event of events) {
    const payload = event.activityTaskCompletedEventAttributes?.result?.payloads?.[0];
    const status = await decoded<PollAnswer>(client, payload);
    if (status?.found === true) polls.push({ atMs: millis(event.eventTime), job: status.job });
  }
  return {
    submittedAtMs: Math.min(startedAtMs, Date.parse(input?.submittedAt ?? '') || startedAtMs),
    polls,
    previousRunId: attributes.continuedExecutionRunId || null,
  };
}

const decoded = async <T>(client: Client, payload: Payload | undefined): Promise<T | null> =>
  payload === undefined ? null : readPayload<T>(client, payload);

/** A history event's time. Its seconds are a 64-bit integer, which is an object. */
const millis = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
