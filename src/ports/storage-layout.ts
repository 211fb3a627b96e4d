import { createHash } from 'node:crypto';

/** Where results of imports are kept, below the storage: `results/{team}/{job}.ndjson`. */
export const resultsFolder = 'results';
/** Where copies of files to import are kept, under names that nobody can guess. */
export const uploadsFolder = 'uploads';
/** Where pipelines keep their files: `pipelines/{launch key}/…`. */
export const pipelinesFolder = 'pipelines';
/** Which namespaces use the storage: `users/{id of the namespace}.json`, written by each worker that starts. */
export const usersFolder = 'users';

/**
 * What tells one pipeline from every other: its namespace, workflow id and first run, as a hash, since it leaves the
 * house in a header.
 */
export function launchKey(namespace: string, workflowId: string, firstExecutionRunId: string): string {
  const identity = [namespace, workflowId, firstExecutionRunId];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
