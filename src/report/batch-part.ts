import { z } from 'zod';
import { reportedImportSchema, rowTotalsSchema } from '../core/pipeline/report';

/**
 * The first line of what is kept of a settled batch; a line of the report for each of its rows follows. All of them in
 * the order of the batches make the report.
 */
export const partHeaderSchema = z.object({
  totals: rowTotalsSchema,
  imports: z.array(reportedImportSchema),
  /** Rows that the API has refused together with others, and that were not sent alone. */
  refusedTogether: z.number().default(0),
});
export type PartHeader = z.infer<typeof partHeaderSchema>;
