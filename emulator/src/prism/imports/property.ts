import { z } from 'zod';

const optionSchema = z.union([z.string(), z.strictObject({ slug: z.string(), id: z.guid() })], {
  error: 'an option slug, or {slug, id}',
});

/** A property of a workspace: its type and, for a select or multiselect, its options. */
export const propertySchema = z.strictObject(
  {
    type: z.enum(['string', 'number', 'boolean', 'date', 'select', 'multiselect', 'reference'], {
      error: 'string, number, boolean, date, select, multiselect or reference',
    }),
    options: z.array(optionSchema).optional(),
  },
  { error: 'an object with type and options' },
);

export type Property = z.output<typeof propertySchema>;
