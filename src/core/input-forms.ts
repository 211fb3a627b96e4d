import { z } from 'zod';
import { durationSchema, durationSchemaOf010 } from './duration-schema';
import { timeSchema, timeSchemaOf010 } from './time-schema';

/** What callers may write for a value that they do not give. */
export interface Absence {
  /** Null, and the zero values that typed languages write by themselves. */
  values: readonly (string | number | null)[];
  /** An empty list, as PHP writes an empty object. */
  emptyList: boolean;
}

/** Schemas that take more than what their own form says, with what that is: JSON Schemas must say it too. */
export const absences = z.registry<Absence>();

type Optional<Out, In> = z.ZodOptional<z.ZodType<Out | undefined, In | null | undefined>>;

/**
 * How the fields of an input may be written. Those of a run begun by 0.1.0 are read as 0.1.0 did, since what they mean
 * decides about its commands.
 */
export interface InputForms {
  /** A field that may be left out; `zeros` are values by which typed languages mean that. */
  optional<S extends z.ZodType>(
    schema: S,
    zeros?: readonly (string | number)[],
  ): Optional<Exclude<z.output<S>, undefined>, z.input<S>>;
  /** An object of optional fields. */
  object<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, z.input<S>>;
  /** An optional duration, of which nothing is none; parses to milliseconds. `meta` replaces parts of its schema. */
  duration(meta?: Record<string, unknown>): Optional<number, string>;
  /** An optional time, in ISO 8601. */
  time(meta?: Record<string, unknown>): Optional<string, string>;
}

/** How inputs are written. */
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

/** How inputs were written when 0.1.0 read them. */
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
