import { z } from 'zod';
import { absences, type Absence } from '../core/input-forms';
import { importRecordsInputSchema } from '../core/pipeline/input';
import { trackImportInputSchema } from '../core/tracker/input';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schemas (draft 2020-12) of the inputs by file name, without what a run hands to the next. */
export function jsonSchemas(): Record<string, object> {
  return {
    'track-import-input': jsonSchemaOf(trackImportInputSchema.omit({ carried: true }), {
      title: 'Input of trackImport',
      description: 'What the workflow trackImport is given. Null stands for a field that is left out.',
    }),
    'import-records-input': jsonSchemaOf(importRecordsInputSchema.omit({ carried: true }), {
      title: 'Input of importRecords',
      description: 'What the workflow importRecords is given. Null stands for a field that is left out.',
    }),
  };
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
