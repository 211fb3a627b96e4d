import { proxyActivities } from '@temporalio/workflow';
import type { FileActivities } from '../../activities/file-activities';
import type { BatchInFlight } from '../../core/pipeline/carried-state';
import { answeredAtOnce, notStarted } from '../../core/pipeline/batch-import-end';
import { finishBatch, halvesOf } from '../../core/pipeline/progress';
import type { RowRange } from '../../core/pipeline/start-import';
import { settleSummary } from '../../core/details/summaries';
import { countRows } from '../runtime/metrics';
import { launchBatch } from './launch-batch';
import { plannedOf, publishPipeline, publishBatch, type Pipeline } from './pipeline';
import { waitForEnd, startTracker } from './batch-trackers';

const { settleBatch } = proxyActivities<FileActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '20 seconds',
});

/**
 * Takes one batch from wherever it is to its end: launches its parts one after the other, follows each, and has its
 * rows settled. What happens to it alone is part of the report; throws what ends the pipeline.
 */
export async function followBatch(pipeline: Pipeline, inFlight: BatchInFlight): Promise<void> {
  for (;;) {
    const { following } = inFlight;
    if (following !== null) {
      publishBatch(pipeline, inFlight, 'followed by its tracker');
      const end = await waitForEnd(pipeline, following);
      inFlight.following = null;
      inFlight.ended.push({ ...end, range: following.range });
      continue;
    }
    const part = inFlight.todo.shift();
    if (part === undefined) break;
    await launch(pipeline, inFlight, part);
  }
  await settle(pipeline, inFlight);
}

async function launch(pipeline: Pipeline, inFlight: BatchInFlight, range: RowRange): Promise<void> {
  const launched = await launchBatch(pipeline, inFlight, range);
  switch (launched.kind) {
    case 'given_up':
      inFlight.ended.push({ range, ...notStarted(launched.message, launched.rows) });
      return;
    case 'nothing_to_send':
      inFlight.ended.push({ range, ...notStarted('no row of this batch could be read', 'failed') });
      return;
    case 'too_large': {
      const halves = halvesOf(range, launched.rows);
      const row = inFlight.unclear ? 'unknown' : 'failed';
      if (halves === null) inFlight.ended.push({ range, ...notStarted(launched.message, row) });
      else inFlight.todo.unshift(...halves);
      return;
    }
    case 'finished':
      pipeline.progress.keyWorked = true;
      inFlight.ended.push({ range, ...answeredAtOnce(launched.job, launched.resultsRef) });
      return;
    case 'accepted':
      pipeline.progress.keyWorked = true;
      await startTracker(pipeline, inFlight, range, launched);
  }
}

async function settle(pipeline: Pipeline, inFlight: BatchInFlight): Promise<void> {
  const { plan, launchKey } = plannedOf(pipeline);
  publishBatch(pipeline, inFlight, 'settling its rows');
  const { totals } = await settleBatch.executeWithOptions({ summary: settleSummary(inFlight) }, [
    { plan, launchKey, batch: inFlight.batch, imports: inFlight.ended },
  ]);
  countRows(totals);
  finishBatch(pipeline.progress, inFlight, totals);
  publishPipeline(pipeline);
}
