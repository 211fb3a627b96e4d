import { ApplicationFailure } from '@temporalio/common';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowHandleWithFirstExecutionRunId,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { trackerWorkflowId } from '../core/ids';
import { commandSpan, page } from '../core/details/markdown';
import { shellWord } from './shell-word';
import { maxWorkflowIdBytes } from '../core/workflow-id-limits';
import { importSummary } from '../core/details/summaries';
import { trackImportInputSchema, type TrackImportInput } from '../core/tracker/input';
import type { TrackingState } from '../core/tracker/status';
import { checkInput, describeProblems } from '../core/validation';
import { statusQuery } from '../workflows/messages';
import type { trackImport } from '../workflows/track-import';
import { queryLimitMs } from './ask-server';
import { describeWorkflow } from './index-client';
import { requireUsableId } from './usable-id';
import { grpcCode, grpcCodeOf, rootMessage, TemporalProblem } from './problem';

/** A tracker as Temporal describes it, and as it describes itself if a worker answered. */
export interface TrackerDescription {
  execution: WorkflowExecutionDescription;
  /** The tracker's own answer, or null. */
  state: TrackingState | null;
  /** Why `state` is null, in words; null if it is not. */
  silence: string | null;
}

/** A handle that follows a tracker across continue-as-new. */
export interface FollowedTracker extends WorkflowHandleWithFirstExecutionRunId<typeof trackImport> {
  /** Whether the tracker was already running; it keeps the input that it was started with. */
  isAttached: boolean;
}

/** The start options of a job's tracker under its canonical id; the caller adds the conflict policy. */
export interface TrackerStart {
  workflowId: string;
  taskQueue: string;
  args: [TrackImportInput];
  staticSummary: string;
  staticDetails: string;
}

/** Where the workflow starts. */
interface Place {
  namespace: string;
  taskQueue: string;
}

/** Checks the input of a tracker and returns its start options. Throws an `InvalidInput` failure if it is malformed. */
export function trackerStart({ namespace, taskQueue }: Place, input: TrackImportInput): TrackerStart {
  const checked = checkInput(trackImportInputSchema, input);
  if (!checked.ok) throw ApplicationFailure.nonRetryable(describeProblems(checked.problems), 'InvalidInput');
  const { teamId, jobId } = checked.value;
  const workflowId = trackerWorkflowId(teamId, jobId);
  requireUsableId(workflowId, maxWorkflowIdBytes, ownIdAdvice);
  return {
    workflowId,
    taskQueue,
    args: [input],
    staticSummary: importSummary(teamId, jobId),
    staticDetails: staticTrackerDetails(namespace, workflowId),
  };
}

/**
 * Starts the tracker of a job, or attaches to the running one. If that one has closed, a new one starts. Rejects with
 * an `InvalidInput` failure, before anything starts, if the input is malformed.
 */
export async function startOrAttachTracker(
  client: Client,
  taskQueue: string,
  input: TrackImportInput,
): Promise<FollowedTracker> {
  const options = trackerStart({ namespace: client.options.namespace, taskQueue }, input);
  const start = (workflowIdConflictPolicy: 'FAIL' | 'USE_EXISTING') =>
    client.workflow.start<typeof trackImport>('trackImport', { ...options, workflowIdConflictPolicy });
  try {
    return Object.assign(await start('FAIL'), { isAttached: false });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return Object.assign(await start('USE_EXISTING'), { isAttached: true });
  }
}

const ownIdAdvice =
  'follow it under an id of your own: temporal workflow start --type trackImport --workflow-id ID --input JSON';

/**
 * Describes a tracker run, by default the newest: what Temporal knows, and the answer to the query `status`, which has
 * 3 s. Throws {@link TemporalProblem} if there is no such workflow.
 */
export async function describeTracker(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<TrackerDescription> {
  const handle = client.workflow.getHandle<typeof trackImport>(workflowId, runId);
  const execution = await describeWorkflow(client, workflowId, runId).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TemporalProblem(
      `The namespace ${JSON.stringify(client.options.namespace)} has no workflow ${JSON.stringify(workflowId)}: ` +
        'check team and job id, or how long the namespace keeps closed workflows.',
      { cause: error },
    );
  });
  try {
    const state = await client.withDeadline(Date.now() + queryLimitMs, () => handle.query(statusQuery));
    return { execution, state, silence: null };
  } catch (error) {
    return { execution, state: null, silence: silenceOf(error) };
  }
}

/** Whether a silence in words means that no worker answered. */
export const isNoWorker = (silence: string | null): boolean => silence === noWorkerAnswered;

const noWorkerAnswered = `no worker answered within ${queryLimitMs / 1000} s`;

/** Why a query had no answer, in words. */
export function silenceOf(error: unknown): string {
  const code = grpcCodeOf(error);
  // The server also watches our deadline. If it notices first, it reports the call as cancelled.
  const late = [grpcCode.deadlineExceeded, grpcCode.cancelled, grpcCode.failedPrecondition];
  return late.some((each) => each === code) ? noWorkerAnswered : `the query failed: ${rootMessage(error)}`;
}

/** The static part of a tracker's details in the Temporal UI, in Markdown. The tracker itself adds its progress. */
function staticTrackerDetails(namespace: string, workflowId: string): string {
  const target = `--namespace ${shellWord(namespace)} --workflow-id ${shellWord(workflowId)}`;
  const lines = [
    `- State: ${commandSpan(`temporal workflow query ${target} --type status`)}`,
    `- Poll at once: ${commandSpan(`temporal workflow signal ${target} --name pollNow`)}`,
    `- Stop tracking (the import continues): ${commandSpan(`temporal workflow cancel ${target}`)}`,
  ].join('\n');
  return page(['Tracks one bulk import to its end and returns how it ended.', lines]);
}
