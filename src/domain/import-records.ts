import { z } from 'zod';
import { idSchema } from './ids';
import { importOptionsSchema, objectTypeSchema, type ObjectType } from './import-job';
import { pollingSchema } from './polling';

const wholeNumber = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

/** The input file of a pipeline. */
export const sourceSchema = z.strictObject(
  {
    uri: z
      .string({ error: 'a file: or s3: URI' })
      .regex(/^(file:\/\/\/|s3:\/\/)/, { error: 'a file: or s3: URI' }),
    format: z.enum(['csv', 'ndjson'], { error: "'csv' or 'ndjson'" }),
    mapping: z
      .record(z.string(), z.string({ error: 'a property slug' }).min(1, { error: 'a property slug' }), {
        error: 'an object that maps column names to property slugs',
      })
      .optional(),
  },
  { error: 'an object with uri and format' },
);
export type Source = z.infer<typeof sourceSchema>;

/** Input of the workflow `importRecords`. */
export const importRecordsInputSchema = z
  .strictObject(
    {
      teamId: idSchema,
      objectType: objectTypeSchema,
      source: sourceSchema,
      options: importOptionsSchema.default({}),
      batchSize: wholeNumber(1, 100_000).default(1000),
      maxConcurrentImports: wholeNumber(1, 100).default(4),
      polling: z.unknown().optional(),
    },
    { error: 'an object' },
  )
  .superRefine((input, context) => {
    if (input.polling === undefined) return;
    const polling = pollingSchema.safeParse(input.polling);
    for (const issue of polling.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['polling', ...issue.path], message: issue.message });
    }
  });
export type ImportRecordsInput = z.input<typeof importRecordsInputSchema>;

/** The same with its defaults filled in; `polling` is checked and still as given, for the trackers. */
export type ImportRecordsRequest = z.output<typeof importRecordsInputSchema>;

/** A batch by reference: which rows of the source it holds, never the rows. Row numbers start at 1 and count every data row, malformed ones too. */
export interface BatchRef {
  /** Counts from 1. */
  batch: number;
  firstRow: number;
  rows: number;
  /** Line of the source on which the byte range starts, from 1. */
  firstLine: number;
  /** Byte range in the source, `end` exclusive. */
  start: number;
  end: number;
  /** Hash of those bytes, lower-case hex. */
  sha256: string;
}

/** The source cut into batches; what `planImport` returns. */
export interface ImportPlan {
  /** Column names in order (CSV); empty for NDJSON. */
  columns: string[];
  rows: number;
  batches: BatchRef[];
}

/** Counts of rows by how they ended; the five add up to `rows`. */
export interface RowTotals {
  rows: number;
  created: number;
  updated: number;
  existing: number;
  failed: number;
  unknown: number;
}

/** What became of one batch. */
export interface BatchImport extends RowTotals {
  batch: number;
  /** Null when the batch was answered at once, or never started. */
  jobId: string | null;
  /** The outcome's status, or `not_started` with `message`. */
  status: 'complete' | 'failed' | 'expired' | 'timed_out' | 'not_started' | 'error';
  polls: number;
  /** Why rows are unknown or failed as a whole, or null. */
  message: string | null;
}

/** Result of the workflow `importRecords`. */
export interface ImportReport {
  totals: RowTotals;
  imports: BatchImport[];
  /** CSV, one line per input row in input order. */
  reportUri: string;
  /** The failed rows in the input's own format; null when none failed. */
  failedRowsUri: string | null;
}

/** What the pipeline's query `progress` answers. */
export interface PipelineState {
  phase: 'planning' | 'importing' | 'reporting' | 'done';
  objectType: ObjectType;
  rows: number | null;
  batches: { total: number | null; started: number; finished: number };
  processed: number;
}
