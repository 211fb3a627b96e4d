import { z } from 'zod';
import { count, described } from './described';
import { indexedResult } from './job';

const oversized = described(z.object({ index: count, omitted: z.literal(true), bytes: count }), {
  index: "Place in the API's list of results, from 0.",
  omitted: 'The result is larger than a page.',
  bytes: 'Its size as JSON.',
});

/** A page of stored results. */
export const resultsPage = described(
  z.object({
    results: z.array(z.union([indexedResult, oversized])),
    next: z.string().nullable(),
  }),
  {
    results: 'Results in the order of the API; a page may be empty although others follow.',
    next: 'The value of after for the next page; null on the last page.',
  },
);
