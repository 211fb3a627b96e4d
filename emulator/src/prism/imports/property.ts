import { z } from 'zod';

const optionSchema = z.union([z.string(), z.strictObject({ slug: z.string(), id: z.guid() })], {
  error: 'an option slug, or {slug, id}',
});

/** A property of a workspace: its type, its options if it is a select or multiselect, and whether it is required. */
export const propertySchema = z.strictObject(
  {
    type: z.enum(['string', 'number', 'boolean', 'date', 'select', 'multiselect', 'reference'], {
      error: 'string, number, boolean, date, select, multiselect or reference',
    }),
    options: z.array(optionSchema).optional(),
    /** Only listed: no documentation says that imports enforce it. */
    required: z.boolean({ error: 'true or false' }).optional(),
  },
  { error: 'an object with type, options and required' },
);

export type Property = z.output<typeof propertySchema>;
