import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { allText } from '../../support/all-text';

/** The whole history of every workflow of the namespace, with all its runs. */
export async function allHistories({ client }: TestWorkflowEnvironment): Promise<string> {
  const histories: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    histories.push(allText(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
  }
  return histories.join('\n');
}

/** What the server describes of every workflow, and what the workflow itself shows: details, and the queries given. */
export async function allDescriptions(
  { client }: TestWorkflowEnvironment,
  queries: Record<string, string>,
): Promise<string> {
  const parts: string[] = [];
  for await (const { workflowId, type } of client.workflow.list()) {
    const handle: WorkflowHandle = client.workflow.getHandle(workflowId);
    const described = await handle.describe();
    parts.push(allText(described.raw), allText(await described.staticDetails()));
    parts.push(allText(await handle.query('__temporal_workflow_metadata')));
    parts.push(allText(await handle.query(queries[type] ?? '')));
  }
  return parts.join('\n');
}
