import { z } from 'zod';

const optionSchema = z.union([z.string(), z.strictObject({ slug: z.string(), id: z.guid() })], {
  error: 'an option slug, or {slug, id}',
});

/** A property of a workspace: its type, for a select or multiselect its options, and whether a record must have it. */
export const propertySchema = z.strictObject(
  {
    type: z.enum(['string', 'number', 'boolean', 'date', 'select', 'multiselect', 'reference'], {
      error: 'string, number, boolean, date, select, multiselect or reference',
    }),
    options: z.array(optionSchema).optional(),
    /** Only told: that imports enforce it is documented nowhere. */
    required: z.boolean({ error: 'true or false' }).optional(),
  },
  { error: 'an object with type, options and required' },
);

export type Property = z.output<typeof propertySchema>;
