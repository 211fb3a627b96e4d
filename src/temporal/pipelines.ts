import { ApplicationFailure } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { importRecordsInputSchema, type ImportRecordsInput } from '../domain/import-records';
import type { PipelineState } from '../domain/import-report';
import { checkInput, describeProblems } from '../domain/validation';
import { progressQuery } from '../workflows/messages';
import { TemporalProblem } from './problem';
import type { importRecords } from '../workflows/import-records';

const queryLimitMs = 3000;

/** A pipeline that was started, or is attached to. */
export type PipelineHandle = WorkflowHandle<typeof importRecords>;

/**
 * Starts a pipeline, under a new workflow id unless one is given; one that runs already under that id is attached to. Rejects with an `InvalidInput`
 * failure, before anything starts, when the input is malformed.
 */
export async function startPipeline(
  client: Client,
  taskQueue: string,
  input: ImportRecordsInput,
  workflowId: string = `prism-records-${crypto.randomUUID()}`,
): Promise<PipelineHandle> {
  const checked = checkInput(importRecordsInputSchema, input);
  if (!checked.ok) throw ApplicationFailure.nonRetryable(describeProblems(checked.problems), 'InvalidInput');
  return client.workflow.start<typeof importRecords>('importRecords', {
    workflowId,
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [input],
    staticSummary: `Import of ${checked.value.objectType} records`,
  });
}

/** A pipeline that was started before, whether it runs or has ended. Rejects when there is none under this id. */
export async function attachPipeline(client: Client, workflowId: string): Promise<PipelineHandle> {
  const handle = client.workflow.getHandle<typeof importRecords>(workflowId);
  const { type } = await handle.describe();
  if (type === 'importRecords') return handle;
  throw new TemporalProblem(
    `The workflow ${JSON.stringify(workflowId)} is of type ${type}, not a pipeline: give the workflow id that \`import\` has printed.`,
  );
}

/** How far a pipeline is, by its own answer; rejects when no worker gives one within 3 s. */
export function pipelineProgress(client: Client, workflowId: string): Promise<PipelineState> {
  return client.withDeadline(Date.now() + queryLimitMs, () =>
    client.workflow.getHandle(workflowId).query(progressQuery),
  );
}
