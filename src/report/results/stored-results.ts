import type { ReadResultsInput, ResultsPage } from '../../core/tracker/read-results';
import { isMissing, isOutside, type ObjectStore } from '../../ports/object-store';
import { resultsFolder } from '../../ports/storage-layout';
import { ForeignPlace, readResultsPage, type ReadingWatch } from './results-page';

/** Thrown for a page that can never be returned. The message names the field, the value and the accepted form. */
export class UnusableRequest extends Error {
  override readonly name = 'UnusableRequest';
  /** `isUnknown`: the URI has no results, or none that may be read. */
  constructor(
    message: string,
    readonly isUnknown = false,
  ) {
    super(message);
  }
}

/**
 * Returns a page of the results that trackers have stored, to anybody who has their URI. Reads nothing but the stored
 * results of these workers. `store` is null without `PRISM_STORAGE`. Throws {@link UnusableRequest}, what the watch
 * throws between results, and the store's errors.
 */
export async function readStoredResults(
  store: ObjectStore | null,
  input: ReadResultsInput,
  watch: ReadingWatch,
): Promise<ResultsPage> {
  if (store === null) throw new UnusableRequest(noStorage);
  // Unfinished drafts of objects have other names.
  if (!input.uri.endsWith('.ndjson')) throw noSuchResults(input);
  try {
    return await readResultsPage(store.below(resultsFolder), input, watch);
  } catch (error) {
    if (error instanceof ForeignPlace) {
      const seen = JSON.stringify(input.after);
      throw new UnusableRequest(`after: saw ${seen}, expected the \`next\` of a page of the same results`);
    }
    if (isMissing(error) || isOutside(error)) throw noSuchResults(input);
    throw error;
  }
}

const noStorage =
  'PRISM_STORAGE: saw nothing, expected file:DIR or s3://bucket/prefix: without it no results are stored';

/** The same answer for missing results and for a URI elsewhere, so that it does not reveal what exists. */
function noSuchResults({ uri }: ReadResultsInput): UnusableRequest {
  const form = 'the resultsRef.uri of an import whose results are stored here';
  return new UnusableRequest(`uri: saw ${shownUri(uri)}, expected ${form}`, true);
}

/** A URI as messages show it. */
export const shownUri = (uri: string): string =>
  JSON.stringify(uri.length > 300 ? `${uri.slice(0, 300)}…` : uri);
