import { ApplicationFailure } from '@temporalio/common';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import {
  importRecordsInputSchema,
  type ImportRecordsInput,
  type PipelineState,
} from '../domain/import-records';
import { checkInput, describeProblems } from '../domain/validation';
import { progressQuery } from '../workflows/messages';
import type { importRecords } from '../workflows/import-records';

const queryLimitMs = 3000;

/** A pipeline that was started. */
export type PipelineHandle = WorkflowHandleWithFirstExecutionRunId<typeof importRecords>;

/** Starts a pipeline under a new workflow id. Rejects with an `InvalidInput` failure, before anything starts, when the input is malformed. */
export async function startPipeline(
  client: Client,
  taskQueue: string,
  input: ImportRecordsInput,
): Promise<PipelineHandle> {
  const checked = checkInput(importRecordsInputSchema, input);
  if (!checked.ok) throw ApplicationFailure.nonRetryable(describeProblems(checked.problems), 'InvalidInput');
  return client.workflow.start<typeof importRecords>('importRecords', {
    workflowId: `prism-records-${crypto.randomUUID()}`,
    taskQueue,
    args: [input],
    staticSummary: `Import of ${checked.value.objectType} records`,
  });
}

/** How far a pipeline is, by its own answer; rejects when no worker gives one within 3 s. */
export function pipelineProgress(client: Client, workflowId: string): Promise<PipelineState> {
  return client.withDeadline(Date.now() + queryLimitMs, () =>
    client.workflow.getHandle(workflowId).query(progressQuery),
  );
}
