import { createHash } from 'node:crypto';

/** Folder for results of imports, below the storage: `results/{team}/{job}.ndjson`. */
export const resultsFolder = 'results';
/** Folder for copies of files to import, with unguessable names. */
export const uploadsFolder = 'uploads';
/** Folder for the files of pipelines: `pipelines/{launch key}/…`. */
export const pipelinesFolder = 'pipelines';
/**
 * Folder for the namespaces that use the storage: `users/{id of the namespace}.json`, which each worker writes when it
 * starts.
 */
export const usersFolder = 'users';

/**
 * Identifies a pipeline by its namespace, workflow id and first run. A hash, because it is sent to the API in a header.
 */
export function launchKey(namespace: string, workflowId: string, firstExecutionRunId: string): string {
  const identity = [namespace, workflowId, firstExecutionRunId];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
