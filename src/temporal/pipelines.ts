import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { importRecordsInputSchema, type ImportRecordsInput } from '../core/pipeline/input';
import type { PipelineState } from '../core/pipeline/report';
import { commandSpan, page } from '../core/details/markdown';
import { shellWord } from './shell-word';
import { maxPipelineIdBytes } from '../core/workflow-id-limits';
import { checkInput, describeProblems } from '../core/validation';
import { progressQuery } from '../workflows/messages';
import { TemporalProblem } from './problem';
import { queryLimitMs } from './ask-server';
import { describeWorkflow } from './index-client';
import { requireUsableId } from './usable-id';
import type { importRecords } from '../workflows/import-records';

/** A pipeline that was started or attached to. */
export type PipelineHandle = WorkflowHandle<typeof importRecords>;

/** A pipeline, and whether it was just started, found running, or found closed. */
export interface OpenPipeline {
  handle: PipelineHandle;
  state: 'started' | 'running' | 'ended';
}

/** A workflow id for an unnamed pipeline. */
export const newPipelineId = (): string => `prism-records-${crypto.randomUUID()}`;

/** The start options of a pipeline; the caller adds the conflict policy. */
export interface PipelineStart {
  workflowId: string;
  taskQueue: string;
  args: [ImportRecordsInput];
  staticSummary: string;
  staticDetails: string;
}

/**
 * Checks the input of a pipeline and returns its start options. Throws an `InvalidInput` failure if it is malformed.
 */
export function pipelineStart(
  { namespace, taskQueue }: { namespace: string; taskQueue: string },
  input: ImportRecordsInput,
  workflowId: string,
): PipelineStart {
  const checked = checkInput(importRecordsInputSchema, input);
  if (!checked.ok) throw ApplicationFailure.nonRetryable(describeProblems(checked.problems), 'InvalidInput');
  requireUsableId(workflowId, maxPipelineIdBytes);
  return {
    workflowId,
    taskQueue,
    args: [input],
    staticSummary: `Import of ${checked.value.objectType} records`,
    staticDetails: staticPipelineDetails(namespace, workflowId),
  };
}

/**
 * Starts a pipeline. Rejects before anything starts: with an `InvalidInput` failure if the input is malformed, and with
 * the SDK's `WorkflowExecutionAlreadyStartedError` if a workflow with this id is running.
 */
export async function startPipeline(
  client: Client,
  taskQueue: string,
  input: ImportRecordsInput,
  workflowId: string = newPipelineId(),
): Promise<PipelineHandle> {
  const options = pipelineStart({ namespace: client.options.namespace, taskQueue }, input, workflowId);
  return client.workflow.start<typeof importRecords>('importRecords', {
    ...options,
    workflowIdConflictPolicy: 'FAIL',
  });
}

/** The static part of a pipeline's details in the Temporal UI, in Markdown. The pipeline itself adds its progress. */
function staticPipelineDetails(namespace: string, workflowId: string): string {
  const target = `--namespace ${shellWord(namespace)} --workflow-id ${shellWord(workflowId)}`;
  const lines = [
    `- Progress: ${commandSpan(`temporal workflow query ${target} --type progress`)}`,
    `- Stop (imports that were started continue): ${commandSpan(`temporal workflow cancel ${target}`)}`,
    '- Each batch that became a job has its own tracker: see the tab Relationships.',
  ].join('\n');
  return page(['Imports a file in batches and reports on every row.', lines]);
}

/** Starts a pipeline like {@link startPipeline}, or attaches to a running one with this id. */
export async function startOrAttachPipeline(
  ...[client, taskQueue, input, workflowId]: Required<Parameters<typeof startPipeline>>
): Promise<OpenPipeline> {
  try {
    return { handle: await startPipeline(client, taskQueue, input, workflowId), state: 'started' };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return attachPipeline(client, workflowId);
    throw error;
  }
}

/** Attaches to an existing pipeline, running or closed. Throws {@link TemporalProblem} if none has this id. */
export async function attachPipeline(client: Client, workflowId: string): Promise<OpenPipeline> {
  const handle = client.workflow.getHandle<typeof importRecords>(workflowId);
  const { type, closeTime } = await describeWorkflow(client, workflowId).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TemporalProblem(
      `The namespace ${JSON.stringify(client.options.namespace)} has no workflow ${JSON.stringify(workflowId)}: ` +
        'check the id, or how long the namespace keeps closed workflows.',
      { cause: error },
    );
  });
  if (type === 'importRecords') return { handle, state: closeTime === undefined ? 'running' : 'ended' };
  throw new TemporalProblem(
    `The workflow ${JSON.stringify(workflowId)} is of type ${type}, not a pipeline: give the workflow id that \`import\` has printed.`,
  );
}

/** Cancels a pipeline; does nothing if it has ended in the meantime. */
export async function cancelPipeline(handle: PipelineHandle): Promise<void> {
  await handle.cancel().catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

/** Queries a pipeline for its progress. Rejects if no worker answers within 3 s. */
export function pipelineProgress(client: Client, workflowId: string): Promise<PipelineState> {
  return client.withDeadline(Date.now() + queryLimitMs, () =>
    client.workflow.getHandle(workflowId).query(progressQuery),
  );
}
