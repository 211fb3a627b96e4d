import { z } from 'zod';

/** The same object, with a description of each of its fields for JSON Schemas. */
export function described<S extends z.ZodRawShape, C extends z.core.$ZodObjectConfig>(
  schema: z.ZodObject<S, C>,
  texts: { [F in keyof S]: string },
): z.ZodObject<S, C> {
  const fields = Object.entries(schema.shape as unknown as Record<string, z.ZodType>).map(([name, field]) => [
    name,
    field.meta({ ...field.meta(), description: texts[name] }),
  ]);
  return schema.extend(Object.fromEntries(fields) as S);
}

/** A time as `Date.toISOString` writes it: in UTC, with milliseconds. */
export const utcTime = z
  .string()
  .regex(/^(?:[+-][0-9]{2})?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);

/** A number of things. */
export const count = z.number().int().min(0);
