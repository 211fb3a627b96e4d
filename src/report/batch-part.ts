import { z } from 'zod';
import { importStatuses, rowTotalsSchema } from '../core/pipeline/report';

/**
 * The first line of what is kept of a settled batch; a line of the report for each of its rows follows. All of them in
 * the order of the batches make the report.
 */
export const partHeaderSchema = z.object({
  totals: rowTotalsSchema,
  imports: z.array(
    rowTotalsSchema.extend({
      batch: z.number(),
      jobId: z.string().nullable(),
      status: z.enum(importStatuses),
      polls: z.number(),
      message: z.string().nullable(),
    }),
  ),
});
export type PartHeader = z.infer<typeof partHeaderSchema>;
