import { z } from 'zod';
import { idSchema } from '../id-schema';
import { importOptionsSchemaOf, objectTypeSchema } from '../api/import-job';
import { currentForms, formsOf010, type InputForms } from '../input-forms';
import { pollingSchemaOf, writePolling } from '../tracker/polling';
import { carriedPipelineSchema } from './carried-state';
import { sourceSchemaOf } from './source';

const wholeNumber = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

const defaultBatchSize = 1000;
const defaultConcurrentImports = 4;
const defaultExtraRequests = 200;

const fieldsOf = (forms: InputForms) =>
  z.strictObject(
    {
      teamId: idSchema.meta({ title: 'Team', description: 'The team to import into.' }),
      objectType: objectTypeSchema.meta({ title: 'Kind', description: 'The object type of the records.' }),
      source: sourceSchemaOf(forms).meta({
        title: 'Source',
        description: 'The file, and how to read it.',
      }),
      options: forms
        .optional(forms.object(importOptionsSchemaOf(forms)))
        .meta({ title: 'Options', description: 'Options of the API, passed on unchanged.' })
        .transform((options) => options ?? {}),
      batchSize: forms
        .optional(
          wholeNumber(1, 100_000).meta({ default: defaultBatchSize, description: 'Rows per request.' }),
          [0],
        )
        .transform((size) => size ?? defaultBatchSize),
      maxConcurrentImports: forms
        .optional(
          wholeNumber(1, 100).meta({
            default: defaultConcurrentImports,
            description: 'Imports in flight at once.',
          }),
          [0],
        )
        .transform((count) => count ?? defaultConcurrentImports),
      maxExtraRequests: forms
        .optional(
          wholeNumber(0, 100_000).meta({
            default: defaultExtraRequests,
            description:
              'Most extra requests for finding rows that the API refuses without naming them; 0 turns the search off.',
          }),
        )
        .transform((count) => count ?? defaultExtraRequests),
      polling: forms
        .optional(pollingSchemaOf(forms))
        .meta({ title: 'Polling', description: 'How often to poll each import.' }),
      /** What a pipeline passes to itself when it continues as new. Callers leave it out. */
      carried: carriedPipelineSchema.optional(),
    },
    { error: 'an object' },
  );

/** Input of the workflow `importRecords`. */
export const importRecordsInputSchema = fieldsOf(currentForms);

/** The same for a run started by 0.1.0, with values read as 0.1.0 did. Also accepts fields that 0.1.0 refused. */
export const importRecordsInputSchemaOf010 = fieldsOf(formsOf010);
export type ImportRecordsInput = z.input<typeof importRecordsInputSchema>;

/** The same, with defaults filled in and durations in milliseconds. */
export type ImportRecordsRequest = z.output<typeof importRecordsInputSchema>;

/** Writes an input for another run in a form that workers of every release read. Absent fields stay absent. */
export function writeInput(given: ImportRecordsInput, request: ImportRecordsRequest): ImportRecordsInput {
  const { teamId, objectType, source, options, polling } = request;
  const { batchSize, maxConcurrentImports, maxExtraRequests } = request;
  const optional = { options, batchSize, maxConcurrentImports, maxExtraRequests };
  const isGiven = ([field]: [string, unknown]) => (given[field as keyof typeof optional] ?? null) !== null;
  return {
    ...{ teamId, objectType, source },
    ...(Object.fromEntries(Object.entries(optional).filter(isGiven)) as Partial<typeof optional>),
    ...(polling !== undefined && { polling: writePolling(polling) }),
  };
}
