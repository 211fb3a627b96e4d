import type { ListedObject } from '../ports/object-store';
import { launchKey, pipelinesFolder, resultsFolder, uploadsFolder } from '../ports/storage-layout';
import { storageName } from '../ports/storage-name';

/** A pipeline that goes on. What could not be read of its input is null. */
interface OpenPipelineWork {
  workflowId: string;
  firstExecutionRunId: string;
  teamId: string | null;
  sourceUri: string | null;
}

/** An import that is tracked. What could not be read of its input is null. */
interface OpenImportWork {
  teamId: string | null;
  jobId: string | null;
}

/** The workflows of a namespace that go on. */
export interface OpenWork {
  namespace: string;
  pipelines: readonly OpenPipelineWork[];
  imports: readonly OpenImportWork[];
}

/**
 * Makes the test whether open work still needs an object: the files of a pipeline while it goes on, its source while it
 * was copied here, the results of an import that is tracked, and those of all imports of a team with an open pipeline.
 * Where an input could not be read, all results or all sources count as needed.
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
