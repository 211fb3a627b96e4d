import type { ListedObject } from '../ports/object-store';
import { launchKey, pipelinesFolder, resultsFolder, uploadsFolder } from '../ports/storage-layout';
import { storageName } from '../ports/storage-name';

/** An open pipeline. Parts of its input that could not be read are null. */
interface OpenPipelineWork {
  workflowId: string;
  firstExecutionRunId: string;
  teamId: string | null;
  sourceUri: string | null;
}

/** A tracked import. Parts of its input that could not be read are null. */
interface OpenImportWork {
  teamId: string | null;
  jobId: string | null;
}

/** The open workflows of a namespace. */
export interface OpenWork {
  namespace: string;
  pipelines: readonly OpenPipelineWork[];
  imports: readonly OpenImportWork[];
}

/**
 * Returns a test for whether open work still needs an object: an open pipeline's files, its source if that was copied
 * here, the results of a tracked import, and the results of all imports of a team with an open pipeline. If an input
 * could not be read, all results or all sources count as needed.
 */
export function neededBy({ namespace, pipelines, imports }: OpenWork): (object: ListedObject) => boolean {
  const folders = new Set(
    pipelines.map(({ workflowId, firstExecutionRunId }) =>
      launchKey(namespace, workflowId, firstExecutionRunId),
    ),
  );
  const sources = new Set(pipelines.map(({ sourceUri }) => sourceUri));
  const teams = new Set(pipelines.map(({ teamId }) => (teamId === null ? null : storageName([teamId]))));
  const results = new Set(
    imports.map(({ teamId, jobId }) =>
      teamId === null || jobId === null ? null : storageName([resultsFolder, teamId, jobId], '.ndjson'),
    ),
  );
  return ({ name, uri }) => {
    const [folder, part = ''] = name.split('/');
    if (folder === pipelinesFolder) return folders.has(part);
    if (folder === uploadsFolder) return sources.has(uri) || sources.has(null);
    return teams.has(part) || teams.has(null) || results.has(name) || results.has(null);
  };
}
