import { z } from 'zod';
import { formsOf010, type InputForms } from '../input-forms';
import { finalJobStatus } from './job-statuses';
import { objectTypes } from './object-types';

const countSchema = z.number().int().nullish();
const textSchema = z.string().nullish();

/** An error as the API reports it for a row or a job. Older servers send a plain text for a row. */
export const jobErrorSchema = z.looseObject({ code: textSchema, message: textSchema });

/** The result of one row. No field is required (API reference); unknown fields are kept. */
export const rowResultSchema = z.looseObject({
  id: textSchema,
  created: z.boolean().nullish(),
  existing: z.boolean().nullish(),
  updated: z.boolean().nullish(),
  input_index: countSchema,
  error: z.union([jobErrorSchema, z.string()]).nullish(),
});

/**
 * An import as the API sends it: snake_case, unknown fields kept. Null counts as absent for every optional field, and
 * counters may be missing. Undocumented statuses are accepted, for the tracker to report.
 */
export const importJobSchema = z.looseObject({
  job_id: textSchema,
  status: z.string(),
  total: countSchema,
  processed: countSchema,
  succeeded: countSchema,
  failed: countSchema,
  results: z.array(rowResultSchema).nullish(),
  error: jobErrorSchema.nullish(),
  created_at: textSchema,
  updated_at: textSchema,
  expires_at: textSchema,
});

export type RowResult = z.infer<typeof rowResultSchema>;
export type ImportJob = z.infer<typeof importJobSchema>;

/** Whether the import has finished: the API documents its status as final. */
export function isFinished(job: Pick<ImportJob, 'status'>): boolean {
  return finalJobStatus(job.status) !== null;
}

/** The job without the rows' results. */
export function withoutResults(job: ImportJob): ImportJob {
  const rest = { ...job };
  delete rest.results;
  return rest;
}

/** How one row ended, as read from its result. An error takes precedence, then created, updated, existing. */
export const rowOutcomes = ['created', 'updated', 'existing', 'failed', 'unknown'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

/** Whether a row failed: its result has an `error` other than null, or the status `failed`. */
export function isFailedRow({ error, status }: Pick<RowResult, 'error'> & { status?: unknown }): boolean {
  if (error !== undefined && error !== null) return true;
  return typeof status === 'string' && status.toLowerCase() === 'failed';
}

/**
 * The outcome of a row: `failed` according to {@link isFailedRow}, else created, updated or existing, in this order. A
 * result that says none of these is `unknown`.
 */
export function rowOutcome(result: RowResult): RowOutcome {
  if (isFailedRow(result)) return 'failed';
  if (result.created === true) return 'created';
  if (result.updated === true) return 'updated';
  if (result.existing === true) return 'existing';
  return 'unknown';
}

export const objectTypeSchema = z.enum(objectTypes, { error: `one of ${objectTypes.join(', ')}` });

/** One record to import, as the API takes it: workspace properties by slug, and properties by list id. */
export interface ImportRow {
  default?: Record<string, unknown>;
  list?: Record<string, Record<string, unknown>>;
  extended?: Record<string, unknown>;
}

/**
 * The API's import options. Unknown options are passed on unchanged, and so are the values of known ones, except null.
 */
export const importOptionsSchemaOf = (forms: InputForms) =>
  z.looseObject({
    caseInsensitive: forms
      .optional(z.boolean({ error: 'true or false' }))
      .meta({ description: 'Whether to ignore case when comparing values.' }),
    dedupe_by: forms
      .optional(
        z.union([z.string().min(1), z.array(z.string().min(1)).length(1)], {
          error: 'a property slug, or a list of exactly one',
        }),
        [''],
      )
      .meta({ description: 'Property by which the API finds existing records.' }),
    list_id: forms
      .optional(z.string({ error: 'a list id' }))
      .meta({ description: 'List to which the records are added.' }),
    crm_id: forms
      .optional(z.string({ error: 'a list id' }))
      .meta({ description: 'The older name of listId.' }),
    create_missing_options: forms
      .optional(z.boolean({ error: 'true or false' }))
      .meta({ description: 'Whether to create missing options of a property.' }),
    require_list_stage: forms
      .optional(z.boolean({ error: 'true or false' }))
      .meta({ description: 'Whether a row must have a stage of the list.' }),
    update_existing: forms
      .optional(z.boolean({ error: 'true or false' }))
      .meta({ description: 'Whether to update existing records.' }),
  });

/** The same options, as pipelines pass them to activities. */
export const importOptionsSchema = importOptionsSchemaOf(formsOf010);
export type ImportOptions = z.output<typeof importOptionsSchema>;
