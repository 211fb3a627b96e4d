import type { IndexedResult } from './get-import-status';

/** Input of the activity `readResults`; null counts as absent. */
export interface ReadResultsInput {
  /** `resultsRef.uri` of an outcome. */
  uri: string;
  /** `next` of the previous page; default: start at the first result. */
  after?: string | null;
  /** Maximum number of results per page, from 1 to 10,000; default 1,000. */
  limit?: number | null;
  /** Only results of failed rows; default: all. */
  only?: 'failed' | null;
}

/** Stands in for a result that is itself larger than a page: its position, and its size in bytes of JSON. */
export interface OversizedResult {
  index: number;
  omitted: true;
  bytes: number;
}

/** A page of stored results, in the API's order; at most 256 KiB of JSON. */
export interface ResultsPage {
  /** May be empty even if more pages follow, when only few of very many rows failed. */
  results: (IndexedResult | OversizedResult)[];
  /** Start of the next page, to pass as `after`; null on the last page. */
  next: string | null;
}
