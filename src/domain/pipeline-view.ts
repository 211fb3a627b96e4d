import type { ObjectType } from './import-job';
import type { BatchRef, PipelineState } from './import-records';

/** A batch that is being imported. */
export interface RunningBatch {
  batch: number;
  rows: number;
  /** Null until the API has given one. */
  jobId: string | null;
  /** What is being done about it, in words. */
  doing: string;
}

/** What a pipeline knows about itself while it runs. */
export interface PipelineView {
  phase: PipelineState['phase'];
  objectType: ObjectType;
  /** Null until planned. */
  planned: { rows: number; batches: number } | null;
  /** Batches in flight by their number. */
  running: Map<number, RunningBatch>;
  /** Batches by how they ended. */
  ended: Map<string, number>;
  /** Rows of the batches that ended. */
  processed: number;
}

/** The view of a pipeline that has done nothing yet. */
export function newPipelineView(objectType: ObjectType): PipelineView {
  return { phase: 'planning', objectType, planned: null, running: new Map(), ended: new Map(), processed: 0 };
}

/** Moves a batch from those in flight to those that ended. */
export function endBatch(view: PipelineView, { batch, rows }: BatchRef, status: string): void {
  view.running.delete(batch);
  view.ended.set(status, (view.ended.get(status) ?? 0) + 1);
  view.processed += rows;
}

/** The view as the query `progress` answers it. */
export function pipelineState({
  phase,
  objectType,
  planned,
  running,
  ended,
  processed,
}: PipelineView): PipelineState {
  const finished = [...ended.values()].reduce((sum, count) => sum + count, 0);
  return {
    phase,
    objectType,
    rows: planned?.rows ?? null,
    batches: { total: planned?.batches ?? null, started: finished + running.size, finished },
    processed,
  };
}

/** The view in Markdown for the Temporal UI: counts, and a table of the batches in flight. No row content. */
export function pipelineDetails(view: PipelineView): string {
  const { rows, batches, processed } = pipelineState(view);
  const facts =
    rows === null
      ? 'Reading the source.'
      : `${processed} of ${rows} rows in ${batches.finished} of ${batches.total ?? 0} batches${describeEnds(view.ended)}.`;
  const title = `**Import of ${view.objectType} records**: ${view.phase}`;
  if (view.running.size === 0) return `${title}\n\n${facts}`;
  const lines = [...view.running.values()].map(
    ({ batch, rows: batchRows, jobId, doing }) =>
      `| ${batch} | ${batchRows} | ${cell(jobId ?? '–')} | ${cell(doing)} |`,
  );
  return [title, '', facts, '', '| batch | rows | job | |', '| ---: | ---: | --- | --- |', ...lines].join(
    '\n',
  );
}

function describeEnds(ended: Map<string, number>): string {
  const texts = [...ended].map(([status, count]) => `${count} ${status.replace('_', ' ')}`);
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

const cell = (text: string): string => text.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
