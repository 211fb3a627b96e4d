import { z } from 'zod';
import { reportedImportSchema, rowTotalsSchema } from '../core/pipeline/report';

/**
 * The first line of the stored part of a settled batch. A report line for each of its rows follows. The parts in batch
 * order make the report.
 */
export const partHeaderSchema = z.object({
  totals: rowTotalsSchema,
  imports: z.array(reportedImportSchema),
  /** Rows that the API refused together with others and that were not sent alone. */
  refusedTogether: z.number().default(0),
});
export type PartHeader = z.infer<typeof partHeaderSchema>;
