import type { CarriedPipeline, Lane } from './carried-state';
import type { ImportRecordsRequest } from './input';
import type { PipelineState, RowTotals } from './report';
import { newStory, tellSettled, type PipelineStory } from './statistics';
import type { PlannedImport } from './plan';
import { noRows, sumTotals } from './row-totals';
import type { RowRange } from './start-import';

/** What a pipeline knows of itself. */
export interface PipelineProgress extends Omit<CarriedPipeline, 'planned' | 'lanes' | 'heard' | 'story'> {
  phase: PipelineState['phase'];
  planned: PlannedImport | null;
  lanes: Map<number, Lane>;
  story: PipelineStory;
}

/** A pipeline at its start, or where another run of it left off. */
export function newProgress(carried: CarriedPipeline | undefined): PipelineProgress {
  if (carried === undefined) {
    const nothing = { next: 1, totals: noRows(), ended: {}, finished: 0, keyWorked: false };
    return { phase: 'planning', planned: null, lanes: new Map(), story: newStory(), ...nothing };
  }
  const { planned, next, totals, ended, finished, keyWorked, story = newStory() } = carried;
  const lanes = new Map(carried.lanes.map((lane) => [lane.batch, lane]));
  return { phase: 'importing', planned, next, totals, ended, finished, keyWorked, lanes, story };
}

/** A batch that nothing has been done about. */
export const newLane = (batch: number): Lane => ({
  batch,
  todo: [null],
  following: null,
  ended: [],
  unclear: false,
  doing: 'starting',
});

/** Counts a batch whose rows have been settled. */
export function finishLane(progress: PipelineProgress, lane: Lane, totals: RowTotals): void {
  progress.lanes.delete(lane.batch);
  progress.finished += 1;
  progress.totals = sumTotals([progress.totals, totals]);
  tellSettled(progress.story, lane, totals);
  for (const { status } of lane.ended) progress.ended[status] = (progress.ended[status] ?? 0) + 1;
}

/** The two halves of a part of a batch that has so many rows; null when it cannot be halved. */
export function halvesOf(range: RowRange, rows: number): [RowRange, RowRange] | null {
  if (rows < 2) return null;
  const from = range?.from ?? 0;
  const middle = from + Math.ceil(rows / 2);
  return [
    { from, to: middle },
    { from: middle, to: from + rows },
  ];
}

/** A part of a batch as ids and texts name it: `12`, or `12.0-500` for its first 500 rows that can be sent. */
export function partName(batch: number, range: RowRange): string {
  return range === null ? String(batch) : `${batch}.${range.from}-${range.to}`;
}

/** How far the pipeline is, as its query `progress` answers. */
export function pipelineState(progress: PipelineProgress, request: ImportRecordsRequest): PipelineState {
  const { phase, planned, totals, finished, lanes } = progress;
  return {
    phase,
    objectType: request.objectType,
    rows: planned?.plan.rows ?? null,
    batches: { total: planned?.plan.batches ?? null, started: finished + lanes.size, finished },
    processed: totals.rows,
    warnings: planned?.warnings ?? [],
  };
}
