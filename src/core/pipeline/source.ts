import { z } from 'zod';
import { currentForms, type InputForms } from '../input-forms';
import { lineEnds, repeatedHeaders, sourceFormats } from './source-formats';

const slug = z.string({ error: 'a property slug' }).min(1, { error: 'a property slug' });
const columnForm =
  'a property slug, null to leave the column out, or {property, type, separator} with a type of string, number, boolean or json';

/** The types of cells. `json` accepts any JSON value. */
export const cellTypes = ['string', 'number', 'boolean', 'json'] as const;

/**
 * How a column is imported: written to the named property, parsed as a type, split at a separator into several values,
 * or left out (null).
 */
const columnSchemaOf = (forms: InputForms) =>
  z.union(
    [
      slug,
      z.null(),
      z.strictObject({
        property: slug.meta({ description: 'The property to write.' }),
        type: forms
          .optional(z.enum(cellTypes).meta({ default: 'string', description: 'The type of the value.' }), [
            '',
          ])
          .transform((type) => type ?? 'string'),
        separator: forms.optional(z.string().min(1).max(20), ['']).meta({
          description: 'Splits the cell into an array; parts are trimmed, empty ones dropped.',
        }),
      }),
    ],
    { error: columnForm },
  );
export type Column = z.output<ReturnType<typeof columnSchemaOf>>;

/** Maximum number of columns in a mapping. */
const maxMappedColumns = 2000;
const mappingForm = `an object that maps at most ${maxMappedColumns} column names to property slugs`;

/**
 * Columns are counted before anything else is checked, and a mapping with too many is replaced by an invalid value. A
 * column may be called `__proto__`, which zod drops from records, so it has another name while zod parses.
 */
function mappingSchemaOf(forms: InputForms) {
  const column = columnSchemaOf(forms);
  const record = z.record(z.string(), column, { error: mappingForm });
  const counted = z
    .preprocess(
      (given, context) => {
        if (countOf(given) > maxMappedColumns) return 'too many columns';
        if (countOf(given) === 0 || !Object.hasOwn(given as object, prototypeName)) return given;
        const written: unknown = (given as Record<string, unknown>)[prototypeName];
        if (column.safeParse(written).success) return renamed(given, prototypeName, standIn);
        context.addIssue({ code: 'custom', message: columnForm, path: [prototypeName] });
        return given;
      },
      record.transform((mapping) => renamed(mapping, standIn, prototypeName)),
    )
    .meta({ maxProperties: maxMappedColumns });
  return forms.object(counted as z.ZodType<z.output<typeof record>, z.input<typeof record>>);
}

const prototypeName = '__proto__';
/** No column of a file has this name, because rows with a NUL cannot be read. */
const standIn = '\0__proto__';

/** Renames one own property of an object, if present. Other values stay unchanged. */
function renamed<T>(given: T, from: string, to: string): T {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, from)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name === from ? to : name, value]),
  ) as T;
}

const countOf = (given: unknown): number =>
  typeof given === 'object' && given !== null ? Object.keys(given).length : 0;

const oneOf = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' or ');

const delimiterPattern = '^(?:[^"\\r\\n\\x00]|none)$';
const delimiterForm = "one character other than a quote or a line end, or 'none'";

/** The input file of a pipeline. Settings that are absent are detected from the file. */
export const sourceSchemaOf = (forms: InputForms) =>
  z.strictObject(
    {
      uri: z
        .string({ error: 'a file: or s3: URI' })
        .regex(/^(file:\/\/\/|s3:\/\/)/, { error: 'a file: or s3: URI' })
        .meta({
          description:
            'A file on the host of the worker, or an object that it can read. It may be gzipped, which is detected.',
        }),
      format: forms
        .optional(z.enum(sourceFormats, { error: oneOf(sourceFormats) }), [''])
        .meta({ description: 'Default: detected from the file.' }),
      mapping: forms.optional(mappingSchemaOf(forms)).meta({
        description: 'By column or name. A column that is not mapped goes to the property of the same name.',
      }),
      delimiter: forms
        .optional(
          z
            .string({ error: delimiterForm })
            .regex(new RegExp(delimiterPattern, 'u'), { error: delimiterForm }),
          [''],
        )
        .meta({ description: 'Separator of the cells in a CSV; none makes each line one cell.' }),
      encoding: forms.optional(z.string({ error: 'the name of an encoding' }).min(1).max(40), ['']).meta({
        description:
          "The text's encoding as the WHATWG Encoding Standard names it, such as utf-16le. A byte order mark wins over it.",
      }),
      lineEnd: forms.optional(z.enum(lineEnds, { error: oneOf(lineEnds) }), ['']).meta({
        description: 'How lines end; lf also stands for CRLF. Default: detected from the file.',
      }),
      lenientQuotes: forms.optional(z.boolean({ error: 'true or false' })).meta({
        description:
          'Whether to accept a quote inside an unquoted cell of a CSV. Default: the row is malformed.',
      }),
      repeatedHeaders: forms.optional(z.enum(repeatedHeaders, { error: oneOf(repeatedHeaders) }), ['']).meta({
        description: 'Whether to skip or keep rows of a CSV that repeat its header. Default: skip.',
      }),
    },
    { error: 'an object with uri' },
  );

/** The input file of a pipeline. */
export const sourceSchema = sourceSchemaOf(currentForms);
export type Source = z.output<typeof sourceSchema>;
