import { z } from 'zod';
import { absences, type Absence } from '../core/input-forms';
import { importRecordsInputSchema } from '../core/pipeline/input';
import { trackImportInputSchema } from '../core/tracker/input';
import { pollingChangeSchema } from '../core/tracker/polling';
import { subscribeInputSchema } from '../core/tracker/subscribers';
import { readResultsInputSchema } from '../report/results/read-results-input';
import { importEnd, importOutcome } from './schemas/end';
import { notice } from './schemas/notice';
import { importReport, reportLine, reportSummary } from './schemas/reports';
import { resultsPage } from './schemas/results';
import { pipelineState, trackingState } from './schemas/states';

type JsonSchema = z.core.JSONSchema.BaseSchema;
interface Named {
  title: string;
  description: string;
  schema: z.ZodType;
}

/** What is accepted: unknown fields are refused. Without what a run hands to the next. */
const accepted: Record<string, Named> = {
  'track-import-input': {
    title: 'Input of trackImport',
    description: 'The input of the workflow trackImport. Null counts as a missing field.',
    schema: trackImportInputSchema.omit({ carried: true }),
  },
  'import-records-input': {
    title: 'Input of importRecords',
    description: 'The input of the workflow importRecords. Null counts as a missing field.',
    schema: importRecordsInputSchema.omit({ carried: true }),
  },
  'subscribe-input': {
    title: 'Payload of subscribe',
    description: 'The subscriber that the signal subscribe adds to a tracker.',
    schema: subscribeInputSchema,
  },
  'set-polling-input': {
    title: 'Argument of setPolling',
    description: 'The fields of the polling policy that the update or signal setPolling changes.',
    schema: pollingChangeSchema,
  },
  'poll-now-input': {
    title: 'Payload of pollNow',
    description: 'The signal pollNow needs no payload and ignores any.',
    schema: z.unknown(),
  },
  'read-results-input': {
    title: 'Input of readResults',
    description: 'The input of the activity readResults. Null counts as a missing field.',
    schema: readResultsInputSchema,
  },
};

/** What is sent: fields may be added. */
const sent: Record<string, Named> = {
  'import-outcome': {
    title: 'Outcome of trackImport',
    description: 'The result of the workflow trackImport: how the import ended.',
    schema: importOutcome,
  },
  'import-end': {
    title: 'Payload of importFinished',
    description:
      'The payload of the signal that a tracker sends at its end: the outcome, or why there is none.',
    schema: importEnd,
  },
  'tracking-state': {
    title: 'State of a tracker',
    description: 'The result of the query status and the update setPolling of trackImport.',
    schema: trackingState,
  },
  'pipeline-state': {
    title: 'State of a pipeline',
    description: 'The result of the query progress of importRecords.',
    schema: pipelineState,
  },
  'import-report': {
    title: 'Result of importRecords',
    description: 'The result of the workflow importRecords.',
    schema: importReport,
  },
  'report-line': {
    title: 'Line of the report',
    description: 'A line of the NDJSON at reportNdjsonUri: a row of the input and its outcome.',
    schema: reportLine,
  },
  'report-summary': {
    title: 'Summary of the report',
    description: 'The JSON at summaryUri.',
    schema: reportSummary,
  },
  'results-page': {
    title: 'Page of results',
    description: 'The result of the activity readResults.',
    schema: resultsPage,
  },
  notice: {
    title: 'Notice',
    description: 'The body of a notice posted to a webhook.',
    schema: notice,
  },
};

/** The JSON Schemas (draft 2020-12) of all that is accepted and sent, by file name. */
export function jsonSchemas(): Record<string, object> {
  const all = Object.entries({ ...accepted, ...sent });
  return Object.fromEntries(all.map(([name, { schema, ...texts }]) => [name, jsonSchemaOf(schema, texts)]));
}

function jsonSchemaOf(
  schema: z.ZodType,
  { title, description }: { title: string; description: string },
): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (typeof jsonSchema.pattern === 'string') portPattern(jsonSchema, jsonSchema.pattern);
      const absence = absences.get(zodSchema);
      if (absence !== undefined) addAbsence(jsonSchema, absence);
    },
  });
  return { $schema, title, description, ...rest };
}

/** To Python, and to Java's own regular expressions, `$` is also before a line end at the end of the text. */
function portPattern(schema: JsonSchema, pattern: string): void {
  schema.pattern = pattern.replaceAll('\\/', '/');
  if (pattern.endsWith('$')) schema.not = { pattern: '\\n' };
}

/** Adds what callers may write for a value that they do not give. */
function addAbsence(schema: JsonSchema, { values, emptyList }: Absence): void {
  const { title, description, default: byDefault, ...form } = schema;
  for (const key of Object.keys(schema)) Reflect.deleteProperty(schema, key);
  const words = { title, description, default: byDefault };
  const forms: JsonSchema[] = isUnion(form) ? [...form.anyOf] : [form];
  for (const value of values) forms.push(value === null ? { type: 'null' } : { const: value });
  if (emptyList) forms.push({ type: 'array', maxItems: 0 });
  const known = Object.entries(words).filter(([, value]) => value !== undefined);
  Object.assign(schema, Object.fromEntries(known), { anyOf: forms });
}

const isUnion = (schema: JsonSchema): schema is JsonSchema & { anyOf: JsonSchema[] } =>
  Array.isArray(schema.anyOf) && Object.keys(schema).length === 1;
