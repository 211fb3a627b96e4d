import { z } from 'zod';
import { durationSchema, durationSchemaOf010 } from './duration-schema';
import { timeSchema, timeSchemaOf010 } from './time-schema';

/** Values that callers may write instead of leaving a field out. */
export interface Absence {
  /** Null, and the zero values that typed languages write by default. */
  values: readonly (string | number | null)[];
  /** Whether an empty list counts too: PHP writes an empty object as one. */
  emptyList: boolean;
}

/** Schemas that accept more than their own form states, and what they accept: JSON Schemas must state it too. */
export const absences = z.registry<Absence>();

type Optional<Out, In> = z.ZodOptional<z.ZodType<Out | undefined, In | null | undefined>>;

/**
 * How the fields of an input may be written. A run started by 0.1.0 reads them as 0.1.0 did, because their meaning
 * determines its commands.
 */
export interface InputForms {
  /** An optional field; `zeros` are the values with which typed languages mean that it is absent. */
  optional<S extends z.ZodType>(
    schema: S,
    zeros?: readonly (string | number)[],
  ): Optional<Exclude<z.output<S>, undefined>, z.input<S>>;
  /** An object of optional fields. */
  object<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, z.input<S>>;
  /** An optional duration, where zero means none; parses to milliseconds. `meta` replaces parts of its schema. */
  duration(meta?: Record<string, unknown>): Optional<number, string>;
  /** An optional time, in ISO 8601. */
  time(meta?: Record<string, unknown>): Optional<string, string>;
}

/** How inputs are written today. */
export const currentForms: InputForms = {
  optional: (schema, zeros = []) => absentAs(schema, [null, ...zeros]),
  object: (schema) => {
    const read = z.preprocess((given) => (isEmptyList(given) ? {} : given), schema);
    absences.add(read, { values: [], emptyList: true });
    return read as z.ZodType<z.output<typeof schema>, z.input<typeof schema>>;
  },
  duration: (meta = {}) =>
    absentAs(durationSchema.transform((ms) => (ms === 0 ? undefined : ms)).meta(meta), [null, '', 0]),
  time: (meta = {}) => absentAs(timeSchema.meta(meta), [null, '', 0]),
};

/** How 0.1.0 read inputs. */
export const formsOf010: InputForms = {
  optional: (schema) => asOptional(schema),
  object: (schema) => schema as z.ZodType<z.output<typeof schema>, z.input<typeof schema>>,
  duration: () => asOptional(durationSchemaOf010 as z.ZodType<number, string>),
  time: () => asOptional(timeSchemaOf010),
};

function absentAs<S extends z.ZodType>(
  schema: S,
  values: Absence['values'],
): Optional<Exclude<z.output<S>, undefined>, z.input<S>> {
  const isAbsent = (given: unknown) => values.some((value) => value === given);
  const read = z.preprocess((given) => (isAbsent(given) ? undefined : given), schema.optional());
  absences.add(read, { values, emptyList: false });
  return read.optional() as unknown as Optional<Exclude<z.output<S>, undefined>, z.input<S>>;
}

function asOptional<S extends z.ZodType>(schema: S): Optional<Exclude<z.output<S>, undefined>, z.input<S>> {
  return schema.optional() as unknown as Optional<Exclude<z.output<S>, undefined>, z.input<S>>;
}

const isEmptyList = (given: unknown): boolean => Array.isArray(given) && given.length === 0;
