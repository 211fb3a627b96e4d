import type { IndexedResult } from './get-import-status';

/** Input of the activity `readResults`; null counts as absent. */
export interface ReadResultsInput {
  /** `resultsRef.uri` of an outcome. */
  uri: string;
  /** `next` of the page before; default: from the first result. */
  after?: string | null;
  /** Most results on the page, from 1 to 10,000; default 1,000. */
  limit?: number | null;
  /** Only those of rows that failed; default: all. */
  only?: 'failed' | null;
}

/** A result that alone is larger than a page: only its place and size are told, in bytes of JSON. */
export interface OversizedResult {
  index: number;
  omitted: true;
  bytes: number;
}

/** A page of stored results, in the order of the API; at most 256 KiB of JSON. */
export interface ResultsPage {
  /** It may be empty though others follow, where few of very many rows failed. */
  results: (IndexedResult | OversizedResult)[];
  /** Where the next page begins, to be handed back as `after`; null on the last page. */
  next: string | null;
}
