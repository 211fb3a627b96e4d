import { rowResultSchema, type RowResult } from '../core/api/import-job';
import type { ImportOutcome } from '../core/tracker/outcome';
import { rowsResults } from './rows-results';
import { checkedLines } from '../report/stored-lines';
import { openStore } from '../storage/open-store';
import { S3Objects } from '../storage/s3-objects';

/** Where stored results are: the workers' `PRISM_STORAGE`. Nothing outside of it is read. */
export interface StorageAccess {
  /** `file:DIR` or `s3://bucket/prefix`. S3 needs the packages `@aws-sdk/client-s3` and `@aws-sdk/lib-storage`. */
  storage?: string | undefined;
  /** Address of another S3-compatible server. */
  s3Endpoint?: string | undefined;
}

/** Yields the row results of an import that has ended, inline or stored. Throws if it has none that can be read. */
export async function* readResults(
  outcome: ImportOutcome,
  { storage, s3Endpoint }: StorageAccess = {},
): AsyncGenerator<RowResult> {
  const { jobId, status } = outcome;
  if (!('job' in outcome)) throw new Error(`Import ${jobId} ended as ${status} and has no results.`);
  const found = rowsResults(outcome, false);
  if ('missing' in found) throw new Error(`The results of import ${jobId} ${whyMissing[found.missing]}.`);
  if ('results' in found) {
    for (const { result } of found.results) yield result;
    return;
  }
  if (storage === undefined) {
    const uri = JSON.stringify(found.resultsRef.uri);
    throw new Error(
      `storage: saw nothing, expected the PRISM_STORAGE of the workers, since the results of import ${jobId} are at ${uri}`,
    );
  }
  const store = openStore(storage, new S3Objects(s3Endpoint ?? null));
  for await (const line of checkedLines(store, found.resultsRef))
    yield rowResultSchema.parse(JSON.parse(line));
}

const whyMissing = {
  failed_only: 'are available only for its failed rows, in `failedResults` of the outcome',
  omitted: 'were left out: set PRISM_STORAGE on the workers',
  not_given: 'were not returned by the API',
};
