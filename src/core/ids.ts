/**
 * The task queue of the workers unless `PRISM_TASK_QUEUE` names another one.
 *
 * @example
 *   import { defaultTaskQueue } from 'prism-imports';
 *
 *   const options = { taskQueue: defaultTaskQueue, workflowId: 'my-tracker', args: [{ teamId, jobId }] };
 *   await client.workflow.start('trackImport', options);
 */
export const defaultTaskQueue = 'prism-imports';

/** Task queue of all calls to the API, next to the task queue that callers use. */
export const httpTaskQueue = (taskQueue: string): string => `${taskQueue}-http`;

/** Prefix of every canonical tracker id. */
export const trackerIdPrefix = 'prism-import/';

/**
 * Workflow id of the tracker that our client and CLI start for a job: `prism-import/{teamId}/{jobId}`. The same job
 * always has the same id. `/` and `%` in the team id are percent-encoded, so that two different jobs never share one.
 *
 * @example
 *   import { trackerWorkflowId } from 'prism-imports';
 *
 *   const handle = client.workflow.getHandle(trackerWorkflowId('acme', 'imp-1')); // prism-import/acme/imp-1
 */
export function trackerWorkflowId(teamId: string, jobId: string): string {
  return `${trackerIdPrefix}${teamId.replace(/[%/]/g, encodeURIComponent)}/${jobId}`;
}

/** Inverse of {@link trackerWorkflowId}. Returns null for any other workflow id. */
export function parseTrackerWorkflowId(workflowId: string): { teamId: string; jobId: string } | null {
  const match = /^prism-import\/([^/]+)\/(.+)$/s.exec(workflowId);
  const [, teamId, jobId] = match ?? [];
  if (teamId === undefined || jobId === undefined) return null;
  return { teamId: teamId.replace(/%2F|%25/g, decodeURIComponent), jobId };
}

/** Workflow id of the tracker that a pipeline starts for a part of a batch. */
export const batchTrackerWorkflowId = (pipelineId: string, part: string): string =>
  `${pipelineId}/batch-${part.padStart(4, '0')}`;

/** Whether a workflow id has the form of {@link batchTrackerWorkflowId}. */
export const isBatchTracker = (workflowId: string): boolean => /\/batch-(?=.{4})[\d.-]+$/.test(workflowId);

/** Length of a text in UTF-8 bytes. Lone surrogates count as the replacement character. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
