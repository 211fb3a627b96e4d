import { z } from 'zod';

const limitForm = 'a number of results: a whole number from 1 to 10,000';
const text = (most: number) =>
  z.string({ error: 'a text' }).max(most, { error: `at most ${most} characters` });

/** The request for a page of results. Null counts as absent. */
export const readResultsInputSchema = z.strictObject(
  {
    uri: text(4096).min(1, { error: 'a URI' }).meta({ description: '`resultsRef.uri` of an outcome.' }),
    after: text(40)
      .nullish()
      .meta({ description: '`next` of the page before. Default: from the first result.' }),
    limit: z
      .number({ error: limitForm })
      .int({ error: limitForm })
      .min(1, { error: limitForm })
      .max(10_000, { error: limitForm })
      .nullish()
      .meta({ description: 'Most results on the page. Default 1,000.' }),
    only: z
      .literal('failed', { error: "'failed', or nothing for all results" })
      .nullish()
      .meta({ description: 'Only those of rows that failed. Default: all.' }),
  },
  { error: 'an object with uri' },
);
