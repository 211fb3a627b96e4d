import { z } from 'zod';
import { batchImportStatuses, rowTotalsSchema, type ReportedImport, type RowTotals } from './report';

/** A batch whose rows are settled, as it is shown. */
const endedBatchSchema = rowTotalsSchema.extend({
  batch: z.number(),
  /** How its imports ended, each way once. */
  statuses: z.array(z.enum(batchImportStatuses)),
});

/**
 * What a pipeline remembers only to show it: nothing is decided by it. It goes along when the pipeline continues as
 * new.
 */
export const pipelineStatisticsSchema = z.object({
  /** Requests to start an import, and the polls of imports that ended. */
  requests: z.number(),
  /** From when on, and from how many settled rows, the rate is counted. */
  rateFrom: z.object({ atMs: z.number(), rows: z.number() }).nullable(),
  /** The batches settled last, the latest first. */
  recent: z.array(endedBatchSchema),
});
export type PipelineStatistics = z.infer<typeof pipelineStatisticsSchema>;

/** Most batches that are remembered once they are settled. */
const maxRecent = 5;

/** The statistics of a pipeline that has done nothing yet. */
export const newStatistics = (): PipelineStatistics => ({ requests: 0, rateFrom: null, recent: [] });

/** Takes in a batch whose rows have been settled. */
export function addSettledBatch(
  statistics: PipelineStatistics,
  { batch, ended }: { batch: number; ended: Pick<ReportedImport, 'status' | 'polls'>[] },
  totals: RowTotals,
): void {
  statistics.requests += ended.reduce((polls, each) => polls + each.polls, 0);
  const statuses = [...new Set(ended.map(({ status }) => status))];
  statistics.recent = [{ batch, statuses, ...totals }, ...statistics.recent].slice(0, maxRecent);
}

/** How fast a pipeline is over all its batches, and when it will be through; times in milliseconds. */
export interface Pace {
  rowsPerSecond: number;
  estimatedEndMs: number;
  /** If the batches in flight were as good as done, and if nothing of them were. */
  earliestEndMs: number;
  latestEndMs: number;
}

/** The pace so far; null while no batch has been settled. `inFlight` is how many rows are in batches on their way. */
export function paceOf(
  { rateFrom }: PipelineStatistics,
  rows: { settled: number; inFlight: number; total: number },
  nowMs: number,
): Pace | null {
  if (rateFrom === null || nowMs <= rateFrom.atMs || rows.settled <= rateFrom.rows) return null;
  const perMs = (rows.settled - rateFrom.rows) / (nowMs - rateFrom.atMs);
  const left = Math.max(0, rows.total - rows.settled);
  const inFlight = Math.min(left, rows.inFlight);
  const endMs = (undone: number) => nowMs + undone / perMs;
  return {
    rowsPerSecond: perMs * 1000,
    estimatedEndMs: endMs(left - inFlight / 2),
    earliestEndMs: endMs(left - inFlight),
    latestEndMs: endMs(left),
  };
}
