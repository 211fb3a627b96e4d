import { z } from 'zod';
import { lineEnds, repeatedHeaders, sourceFormats } from './source-formats';

const slug = z.string({ error: 'a property slug' }).min(1, { error: 'a property slug' });
const columnForm =
  'a property slug, null to leave the column out, or {property, type, separator} with a type of string, number, boolean or json';

/** The types that a cell can be read as; `json` takes any JSON value. */
export const cellTypes = ['string', 'number', 'boolean', 'json'] as const;

/**
 * What becomes of a column: written to a property of this name, read as a type, split at a separator into several
 * values, or left out (null).
 */
const columnSchema = z.union(
  [
    slug,
    z.null(),
    z.strictObject({
      property: slug,
      type: z.enum(cellTypes).default('string'),
      /** Makes the value an array: the cell is split here, the parts trimmed, empty ones left out. */
      separator: z.string().min(1).max(20).optional(),
    }),
  ],
  { error: columnForm },
);
export type Column = z.output<typeof columnSchema>;

/** Most columns that a mapping names. */
const maxMappedColumns = 2000;
const mappingForm = `an object that maps at most ${maxMappedColumns} column names to property slugs`;
const mappingRecord = z.record(z.string(), columnSchema, { error: mappingForm });

/** Counted before any of it is looked at; what has too many columns is handed on as what no mapping is. */
const mappingSchema = z
  .preprocess((given) => (countOf(given) > maxMappedColumns ? null : given), mappingRecord)
  .meta({ maxProperties: maxMappedColumns }) as z.ZodType<
  z.output<typeof mappingRecord>,
  z.input<typeof mappingRecord>
>;

const countOf = (given: unknown): number =>
  typeof given === 'object' && given !== null ? Object.keys(given).length : 0;

const oneOf = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' or ');

const delimiterForm = "one character other than a quote or a line end, or 'none'";

/** The input file of a pipeline. */
export const sourceSchema = z.strictObject(
  {
    /**
     * On the host of the worker, or in a bucket that the worker can read. Compressed by gzip or not: its first bytes
     * tell.
     */
    uri: z
      .string({ error: 'a file: or s3: URI' })
      .regex(/^(file:\/\/\/|s3:\/\/)/, { error: 'a file: or s3: URI' }),
    /** What is not given of how to read the file is found out. */
    format: z.enum(sourceFormats, { error: oneOf(sourceFormats) }).optional(),
    /** By column or name; what it does not name is written under its own name. */
    mapping: mappingSchema.optional(),
    /** Between the cells of a CSV; `none` makes each line one cell. */
    delimiter: z
      .string({ error: delimiterForm })
      .regex(/^(?:[^"\r\n\0]|none)$/u, { error: delimiterForm })
      .optional(),
    /**
     * Name of the text's encoding as the WHATWG Encoding Standard has it, such as `utf-16le` or `windows-1252`. A
     * byte order mark wins over it.
     */
    encoding: z.string({ error: 'the name of an encoding' }).min(1).max(40).optional(),
    lineEnd: z.enum(lineEnds, { error: oneOf(lineEnds) }).optional(),
    /** Whether a quote within a CSV's unquoted cell stands for itself; by default its row is malformed. */
    lenientQuotes: z.boolean({ error: 'true or false' }).optional(),
    /**
     * Whether rows of a CSV that are equal to its header are left out, as where files were put together (`skip`, the
     * default), or imported (`keep`).
     */
    repeatedHeaders: z.enum(repeatedHeaders, { error: oneOf(repeatedHeaders) }).optional(),
  },
  { error: 'an object with uri' },
);
export type Source = z.output<typeof sourceSchema>;
