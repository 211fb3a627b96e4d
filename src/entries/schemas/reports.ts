import { z } from 'zod';
import { batchImportStatuses, reportedImportSchema, rowTotalsSchema } from '../../core/pipeline/report';
import { lineEnds, repeatedHeaders, sourceFormats } from '../../core/pipeline/source-formats';
import { reportLineSchema } from '../../report/report-line';
import { count, described } from './described';

const totalsTexts = {
  rows: 'Rows of the input; the other five add up to it.',
  created: 'Rows that made a record.',
  updated: 'Rows that changed one.',
  existing: 'Rows whose record already existed.',
  failed: 'Rows that were not imported.',
  unknown: 'Rows whose outcome is unknown.',
};
const counts = {
  rows: count,
  created: count,
  updated: count,
  existing: count,
  failed: count,
  unknown: count,
};
const totals = described(rowTotalsSchema.extend(counts), totalsTexts);

const reportedImport = described(
  reportedImportSchema.extend({ ...counts, batch: count.min(1), polls: count }),
  {
    ...totalsTexts,
    batch: 'The batch, from 1.',
    jobId: 'The import; null when it was answered at once, or never started.',
    status: 'How it ended.',
    polls: 'Polls made.',
    message: 'Why rows are unknown or failed as a whole, or null.',
  },
);

const uri = z.string();
const uriTexts = {
  reportUri: 'CSV, one line per input row in input order.',
  reportNdjsonUri: 'The same as NDJSON.',
  failedRowsUri: "The failed rows in the input's own format; null when none failed.",
  brokenRowsUri:
    'NDJSON with a line for each failed row that has broken quoting or invalid text; null if there is none.',
  resultsFileUri: 'The rows of the input in its own format, each with its outcome.',
};
const refusedTogether =
  'Failed rows that the API refused together with others and that were not sent one by one.';
const findings = 'How the file is read, as detected.';
const warnings = 'What the owner of the file should know.';

/** Result of a pipeline. */
export const importReport = described(
  z.object({
    totals,
    refusedTogether: count.optional(),
    imports: z.array(reportedImport),
    importsOmitted: z.boolean(),
    importsByStatus: z.partialRecord(z.enum(batchImportStatuses), count),
    reportUri: uri,
    reportNdjsonUri: uri,
    summaryUri: uri,
    failedRowsUri: uri.nullable(),
    findings: z.array(z.string()).optional(),
    brokenRowsUri: uri.nullish(),
    resultsFileUri: uri.optional(),
    warnings: z.array(z.string()),
  }),
  {
    totals: 'Rows by how they ended.',
    refusedTogether,
    imports: 'Every import in the order of the input; empty when there are too many.',
    importsOmitted: 'Whether there were too many to list here; the summary lists them.',
    importsByStatus: 'Imports by how they ended.',
    ...uriTexts,
    summaryUri: 'The summary, as JSON.',
    findings,
    warnings,
  },
);

/** A line of the report. */
export const reportLine = described(
  reportLineSchema.extend({
    row: count.min(1).nullable(),
    line: count.min(1).nullable(),
    batch: count.min(1),
  }),
  {
    row: 'The data row, from 1; null where the source has changed.',
    line: 'The line of the file on which it begins, from 1; null where the source has changed.',
    outcome: 'How the row ended.',
    id: 'The record, or null.',
    error_code: 'A code for why it failed or is unknown, or null.',
    error_message: 'The reason in words, or null.',
    batch: 'The batch, from 1.',
    job_id: 'The import; null when it was answered at once, or never started.',
  },
);

const source = described(
  z.object({
    uri,
    format: z.enum(sourceFormats),
    encoding: z.string(),
    delimiter: z.string(),
    lineEnd: z.enum(lineEnds),
    lenientQuotes: z.boolean(),
    rules: z.union([z.literal(1), z.literal(2)]),
    repeatedHeaders: z.enum(repeatedHeaders),
    bytes: count,
    sha256: z.string(),
  }),
  {
    uri: 'The URI of the file.',
    format: 'Its format.',
    encoding: "The encoding's name in the WHATWG Encoding Standard.",
    delimiter: 'Separator of the cells in a CSV; U+0000 if a line is one cell.',
    lineEnd: 'How its lines end; lf also stands for CRLF.',
    lenientQuotes: 'Whether a quote within an unquoted cell stands for itself.',
    rules: 'The version of the rules for naming columns and counting rows; 1 is that of release 0.1.',
    repeatedHeaders: 'What happened to rows that repeat the header.',
    bytes: 'Its size.',
    sha256: 'Its SHA-256 in lower-case hex.',
  },
);

/** The summary of a report. */
export const reportSummary = described(
  z.object({
    totals,
    refusedTogether: count,
    source,
    leftOut: described(z.object({ empty: count, repeatedHeaders: count }), {
      empty: 'Rows without any value.',
      repeatedHeaders: 'Rows that repeat the header.',
    }),
    findings: z.array(z.string()).optional(),
    warnings: z.array(z.string()),
    reportUri: uri,
    reportNdjsonUri: uri,
    failedRowsUri: uri.nullable(),
    brokenRowsUri: uri.nullish(),
    resultsFileUri: uri.optional(),
    imports: z.array(reportedImport),
  }),
  {
    totals: 'Rows by how they ended.',
    refusedTogether,
    source: 'The file as it was read.',
    leftOut: 'Rows that were not imported.',
    findings,
    warnings,
    ...uriTexts,
    imports: 'Every import in the order of the input.',
  },
);
