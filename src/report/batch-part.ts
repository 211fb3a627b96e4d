import { z } from 'zod';
import { reportedImportSchema, rowTotalsSchema } from '../core/pipeline/report';

/**
 * The first line of what is kept of a settled batch; a line of the report for each of its rows follows. All of them in
 * the order of the batches make the report.
 */
export const partHeaderSchema = z.object({
  totals: rowTotalsSchema,
  imports: z.array(reportedImportSchema),
});
export type PartHeader = z.infer<typeof partHeaderSchema>;
