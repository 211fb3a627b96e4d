import { z } from 'zod';
import { importJobSchema, jobErrorSchema, rowResultSchema } from '../../core/api/import-job';
import { resultsRefSchema } from '../../core/stored-object';
import { count, described } from './described';

const jobError = described(jobErrorSchema, {
  code: "The API's code.",
  message: 'The message of the API.',
});

/** What the API says of one row. */
const rowResult = described(rowResultSchema.extend({ error: z.union([jobError, z.string()]).nullish() }), {
  id: 'The record.',
  created: 'Whether the record is new.',
  existing: 'Whether the record existed and was left unchanged.',
  updated: 'Whether the record existed and was changed.',
  input_index: 'Place of the row in the request, from 0; servers of older versions leave it out.',
  error: 'Why the row failed; a text from servers of older versions.',
});

/** The API's object, as sent. */
export const job = described(
  importJobSchema.extend({ results: z.array(rowResult).nullish(), error: jobError.nullish() }),
  {
    job_id: "The job's id.",
    status: "The API's status; it may be one that is not documented.",
    total: 'Rows of the import.',
    processed: 'Rows processed so far.',
    succeeded: 'Rows that were imported.',
    failed: 'Rows that failed.',
    results: "The rows' results, where they are inline.",
    error: 'Why the import failed as a whole.',
    created_at: 'When the API accepted it.',
    updated_at: 'When it last changed.',
    expires_at: 'When the API forgets it.',
  },
);

/** Where results are stored. */
export const resultsRef = described(resultsRefSchema.extend({ rows: count, bytes: count }), {
  uri: 'Its URI: file:///… or s3://….',
  bytes: 'Its size.',
  sha256: 'Its SHA-256 in lower-case hex.',
  rows: 'Number of results, one per line of NDJSON.',
}).meta({ title: 'Stored results' });

/** A result with its place in the API's list. */
export const indexedResult = described(z.object({ index: count, result: rowResult }), {
  index: "Place in the API's list of results, from 0.",
  result: 'The result of the row, as the API returned it.',
});
