import type { ReadResultsInput, ResultsPage } from '../../core/tracker/read-results';
import { isMissing, isOutside, type ObjectStore } from '../../ports/object-store';
import { resultsFolder } from '../../ports/storage-layout';
import { ForeignPlace, readResultsPage, type ReadingWatch } from './results-page';

/** Thrown for a page that cannot be given, however often it is asked for. The message names field, value and form. */
export class UnusableRequest extends Error {
  override readonly name = 'UnusableRequest';
  /** `isUnknown`: there are no results of this URI, or none that may be read. */
  constructor(
    message: string,
    readonly isUnknown = false,
  ) {
    super(message);
  }
}

/**
 * A page of the results that trackers have stored, for whoever has their URI. Reads nothing besides the stored results
 * of these workers; `store` is null when `PRISM_STORAGE` is not set. Throws {@link UnusableRequest}, what the
 * watch throws between results, and what the store throws.
 */
export async function readStoredResults(
  store: ObjectStore | null,
  input: ReadResultsInput,
  watch: ReadingWatch,
): Promise<ResultsPage> {
  if (store === null) throw new UnusableRequest(noStorage);
  // Drafts of objects being written have other names.
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

/** One answer for what is not there and what lies elsewhere: whether that exists is not told. */
function noSuchResults({ uri }: ReadResultsInput): UnusableRequest {
  const form = 'the resultsRef.uri of an import whose results are stored here';
  return new UnusableRequest(`uri: saw ${shownUri(uri)}, expected ${form}`, true);
}

/** A URI as messages show it. */
export const shownUri = (uri: string): string =>
  JSON.stringify(uri.length > 300 ? `${uri.slice(0, 300)}…` : uri);
