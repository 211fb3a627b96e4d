import { z } from 'zod';
import { idSchema } from '../id-schema';
import { carriedPipelineSchema } from './carried-state';
import { sourceSchema } from './source';
import { importOptionsSchema, objectTypeSchema } from '../api/import-job';
import { pollingSchema } from '../tracker/polling';

const wholeNumber = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

/** Input of the workflow `importRecords`. */
export const importRecordsInputSchema = z.strictObject(
  {
    teamId: idSchema,
    objectType: objectTypeSchema,
    source: sourceSchema,
    options: importOptionsSchema.default({}),
    batchSize: wholeNumber(1, 100_000).default(1000),
    maxConcurrentImports: wholeNumber(1, 100).default(4),
    /** Most requests that a pipeline makes besides to find rows that the API refuses without naming them. */
    maxExtraRequests: wholeNumber(0, 100_000).default(200),
    polling: pollingSchema.optional(),
    /** What a pipeline hands to itself when it continues as new; callers leave it out. */
    carried: carriedPipelineSchema.optional(),
  },
  { error: 'an object' },
);
export type ImportRecordsInput = z.input<typeof importRecordsInputSchema>;

/** The same with its defaults filled in, durations in milliseconds. */
export type ImportRecordsRequest = z.output<typeof importRecordsInputSchema>;
