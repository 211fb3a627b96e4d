import { z } from 'zod';
import { batchImportStatuses, rowTotalsSchema, type ReportedImport, type RowTotals } from './report';

/** A settled batch, for display. */
const endedBatchSchema = rowTotalsSchema.extend({
  batch: z.number(),
  /** The different ways in which its imports ended. */
  statuses: z.array(z.enum(batchImportStatuses)),
});

/** What a pipeline keeps for display only, handed over when it continues as new. No decision depends on it. */
export const pipelineStatisticsSchema = z.object({
  /** Requests to start an import, and polls of imports that ended. */
  requests: z.number(),
  /** Start of the rate: the time, and the number of rows settled by then. */
  rateFrom: z.object({ atMs: z.number(), rows: z.number() }).nullable(),
  /** The batches settled last, latest first. */
  recent: z.array(endedBatchSchema),
});
export type PipelineStatistics = z.infer<typeof pipelineStatisticsSchema>;

/** Maximum number of settled batches to keep. */
const maxRecent = 5;

/** Statistics of a new pipeline. */
export const newStatistics = (): PipelineStatistics => ({ requests: 0, rateFrom: null, recent: [] });

/** Adds a batch whose rows were settled. */
export function addSettledBatch(
  statistics: PipelineStatistics,
  { batch, ended }: { batch: number; ended: Pick<ReportedImport, 'status' | 'polls'>[] },
  totals: RowTotals,
): void {
  statistics.requests += ended.reduce((polls, each) => polls + each.polls, 0);
  const statuses = [...new Set(ended.map(({ status }) => status))];
  statistics.recent = [{ batch, statuses, ...totals }, ...statistics.recent].slice(0, maxRecent);
}

/** The rate of a pipeline over all its batches, and when it is expected to end. Times in milliseconds. */
export interface Pace {
  rowsPerSecond: number;
  estimatedEndMs: number;
  /** Bounds: if the batches in flight were almost done, and if none of their rows were. */
  earliestEndMs: number;
  latestEndMs: number;
}

/** The pace so far; null before the first batch is settled. `inFlight` is the number of rows in batches in flight. */
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
