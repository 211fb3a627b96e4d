import { z } from 'zod';
import { importOptionsSchema, objectTypeSchema } from '../core/api/import-job';
import { idSchema } from '../core/id-schema';
import { batchImportEndSchema } from '../core/pipeline/batch-import-end';
import { planRefSchema } from '../core/pipeline/plan';
import { rowSetSchema } from '../core/pipeline/row-set';
import { sourceSchema } from '../core/pipeline/source';
import { selectionSchema } from '../core/pipeline/launch/start-import';
import { resultsModes } from '../core/tracker/get-import-status';
import { deliverNoticeInputSchema } from '../core/tracker/notices/notices';
import { readResultsInputSchema } from '../report/results/read-results-input';

const whole = (least: number, most: number, what: string) => {
  const error = `${what}: a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const text = (most: number) =>
  z.string({ error: 'a text' }).max(most, { error: `at most ${most} characters` });

const count = whole(0, Number.MAX_SAFE_INTEGER, 'a count');
const batch = whole(1, 1_000_000, 'a batch');
const place = whole(0, 100_000, 'a place in a batch');
const hashForm = 'a SHA-256 in lower-case hex';
const hash = z.string({ error: hashForm }).regex(/^[0-9a-f]{64}$/, { error: hashForm });

const plan = planRefSchema.extend({
  uri: text(4096),
  bytes: count,
  sha256: hash,
  headerBytes: count,
  lineBytes: count,
  rows: count,
  batches: whole(0, 1_000_000, 'a number of batches'),
});

const rangeForm = 'null or {from, to} with from below to';
const range = z
  .object({ from: place, to: place }, { error: rangeForm })
  .refine(({ from, to }) => from < to, { error: rangeForm })
  .nullable();

const rangesForm = 'one import with the range null, or ranges in ascending order that share no row';

/** The imports of a batch: at most one per row, in row order, without overlaps. */
const imports = z
  .array(batchImportEndSchema.extend({ range }))
  .min(1)
  .max(100_000)
  .refine(
    (all) => all.length === 1 || all.every((each, index) => follows(each.range, all[index - 1]?.range)),
    {
      error: rangesForm,
    },
  );

type Range = z.output<typeof range>;

/** Whether a range starts at or after the end of the previous one; `before` is undefined for the first. */
const follows = (own: Range, before: Range | undefined): boolean =>
  own !== null && before !== null && own.from >= (before?.to ?? 0);

const keyForm = 'an idempotency key of the pipeline';
const key = z.string({ error: keyForm }).regex(/^[0-9a-f]{64}-[\w.-]{1,150}$/, { error: keyForm });

const launch = z.object({
  teamId: idSchema,
  objectType: objectTypeSchema,
  plan,
  batch,
  range,
  options: importOptionsSchema,
  idempotencyKey: key,
});

const selection = selectionSchema.extend({ range });
/** The ends of a batch's imports: at most one per row. */
const selectedImports = z
  .array(batchImportEndSchema.extend({ selection, together: z.boolean() }))
  .max(100_000);

const poll = z.object({
  teamId: idSchema,
  jobId: idSchema,
  results: z.enum(resultsModes, { error: `one of ${resultsModes.join(', ')}` }),
  mustStore: z.boolean({ error: 'true or false' }).optional(),
});

const settledSelection = z.object({
  plan,
  launchKey: hash,
  batch,
  imports: selectedImports,
  refused: rowSetSchema,
  dedupeBy: text(10_000).nullable(),
});

const report = z.object({ plan, launchKey: hash, warnings: z.array(z.string()).max(10_000) });

/**
 * The inputs that activities accept, since anybody who can start a workflow can call them. The activity itself checks
 * fields that are not listed here.
 */
export const activityInputs = {
  getImportStatus: poll,
  getImportStatusAndFailures: poll,
  readResults: readResultsInputSchema,
  startImport: launch,
  startSelectedRows: launch.extend({ ...selection.shape, wholeKey: key.nullable() }),
  planImport: z.object({
    source: sourceSchema,
    batchSize: whole(1, 100_000, 'a number of rows'),
    dedupeBy: z.string({ error: 'a property slug' }).min(1, { error: 'a property slug' }).optional(),
    firstExecutionRunId: text(100),
  }),
  settleBatch: z.object({ plan, launchKey: hash, batch, imports }),
  settleSelectedRows: settledSelection,
  settleWithoutSource: settledSelection.extend({
    rows: z.object({ size: place, unkeyed: rowSetSchema.nullable() }).nullable(),
  }),
  writeReport: report,
  writeReportWithoutSource: report.extend({
    unsent: z.object({ from: batch, batches: z.array(batch).max(1000), reason: text(1000) }),
  }),
  postNotice: deliverNoticeInputSchema,
};
