import type { CarriedPipeline, BatchInFlight } from './carried-state';
import type { ImportRecordsRequest } from './input';
import type { BatchState, PipelineState, RowTotals } from './report';
import { newStatistics, addSettledBatch, type PipelineStatistics } from './statistics';
import type { PlannedImport } from './plan';
import { noRows, sumTotals } from './row-totals';
import type { RowRange } from './launch/start-import';
import type { Problem } from '../tracker/outcome';

/** The state of a pipeline in its workflow. */
export interface PipelineProgress extends Omit<CarriedPipeline, 'planned' | 'lanes' | 'heard' | 'story'> {
  phase: PipelineState['phase'];
  planned: PlannedImport | null;
  batchesInFlight: Map<number, BatchInFlight>;
  statistics: PipelineStatistics;
  /** The state of batches being launched, by batch. Batches that wait for the next run are not included. */
  launching: Map<number, Pick<BatchState, 'attempt' | 'problem' | 'nextTryAt'>>;
}

/** A new pipeline, or one that continues from another run. */
export function newProgress(carried: CarriedPipeline | undefined): PipelineProgress {
  if (carried === undefined) {
    const nothing = { next: 1, totals: noRows(), ended: {}, finished: 0, keyWorked: false, searches: 0 };
    return {
      phase: 'planning',
      planned: null,
      batchesInFlight: new Map(),
      statistics: newStatistics(),
      launching: new Map(),
      ...nothing,
    };
  }
  const { planned, next, totals, ended, finished, keyWorked, searches } = carried;
  const { lanes, story: statistics = newStatistics() } = carried;
  const known = { planned, next, totals, ended, finished, keyWorked, searches };
  const batchesInFlight = new Map(lanes.map((inFlight) => [inFlight.batch, inFlight]));
  return { phase: 'importing', ...known, batchesInFlight, statistics, launching: new Map() };
}

/** A batch of which nothing was sent yet. */
export const newBatchInFlight = (batch: number): BatchInFlight => ({
  batch,
  todo: [null],
  following: null,
  ended: [],
  unclear: false,
  rows: null,
  refused: '',
  apart: '',
  searches: 0,
  doing: 'starting',
});

/** The problem that has kept a batch from being launched for the longest time; null if there is none. */
export function firstTrouble({ launching }: Pick<PipelineProgress, 'launching'>): Problem | null {
  const troubles = [...launching.values()].flatMap(({ problem }) => problem ?? []);
  return troubles.sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0] ?? null;
}

/** Counts a batch whose rows were settled. */
export function finishBatch(progress: PipelineProgress, inFlight: BatchInFlight, totals: RowTotals): void {
  progress.batchesInFlight.delete(inFlight.batch);
  progress.finished += 1;
  progress.totals = sumTotals([progress.totals, totals]);
  addSettledBatch(progress.statistics, inFlight, totals);
  const count = (status: BatchInFlight['ended'][number]['status']) => {
    progress.ended[status] = (progress.ended[status] ?? 0) + 1;
  };
  for (const { status } of inFlight.ended) count(status);
  if (inFlight.refused !== '') count('not_started');
}

/** The two halves of a part with this many rows; null if it cannot be halved. */
export function halvesOf(range: RowRange, rows: number): [RowRange, RowRange] | null {
  if (rows < 2) return null;
  const from = range?.from ?? 0;
  const middle = from + Math.ceil(rows / 2);
  return [
    { from, to: middle },
    { from: middle, to: from + rows },
  ];
}

/** A part of a batch in ids and texts: `12`, or `12.0-500` for the first 500 rows that can be sent. */
export function rangeLabel(batch: number, range: RowRange): string {
  return range === null ? String(batch) : `${batch}.${range.from}-${range.to}`;
}

/** The answer of the query `progress`. */
export function pipelineState(progress: PipelineProgress, request: ImportRecordsRequest): PipelineState {
  const { phase, planned, totals, finished, batchesInFlight, launching } = progress;
  const inFlight = [...batchesInFlight.values()].map(({ batch, following }): BatchState => {
    const { attempt, problem, nextTryAt } = launching.get(batch) ?? {
      attempt: following === null ? 0 : 1,
      problem: null,
      nextTryAt: null,
    };
    return { batch, jobId: following?.jobId ?? null, attempt, problem, nextTryAt };
  });
  return {
    phase,
    objectType: request.objectType,
    rows: planned?.plan.rows ?? null,
    batches: { total: planned?.plan.batches ?? null, started: finished + batchesInFlight.size, finished },
    processed: totals.rows,
    warnings: planned?.warnings ?? [],
    inFlight,
    stuck: inFlight.length > 0 && inFlight.every(({ problem }) => problem !== null),
  };
}
