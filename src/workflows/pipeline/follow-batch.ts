import { proxyActivities } from '@temporalio/workflow';
import type { RecordActivities } from '../../activities/file-activities';
import type { Lane } from '../../core/pipeline/carried-state';
import { answeredAtOnce, notStarted } from '../../core/pipeline/batch-import-end';
import { finishLane, halvesOf } from '../../core/pipeline/progress';
import type { RowRange } from '../../core/pipeline/start-import';
import { settleSummary } from '../../core/details/summaries';
import { countRows } from '../runtime/metrics';
import { launchPart } from './launch-batch';
import { plannedOf, show, showLane, type Pipeline } from './pipeline';
import { endOf, startTracker } from './batch-trackers';

const { settleBatch } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '20 seconds',
});

/**
 * Takes one batch from wherever it is to its end: launches its parts one after the other, follows each, and has its
 * rows settled. What happens to it alone is part of the report; throws what ends the pipeline.
 */
export async function followLane(pipeline: Pipeline, lane: Lane): Promise<void> {
  for (;;) {
    const { following } = lane;
    if (following !== null) {
      showLane(pipeline, lane, 'followed by its tracker');
      const end = await endOf(pipeline, following);
      lane.following = null;
      lane.ended.push({ ...end, range: following.range });
      continue;
    }
    const part = lane.todo.shift();
    if (part === undefined) break;
    await launch(pipeline, lane, part);
  }
  await settle(pipeline, lane);
}

async function launch(pipeline: Pipeline, lane: Lane, range: RowRange): Promise<void> {
  const launched = await launchPart(pipeline, lane, range);
  switch (launched.kind) {
    case 'given_up':
      lane.ended.push({ range, ...notStarted(launched.message, launched.rows) });
      return;
    case 'nothing_to_send':
      lane.ended.push({ range, ...notStarted('no row of this batch could be read', 'failed') });
      return;
    case 'too_large': {
      const halves = halvesOf(range, launched.rows);
      const row = lane.unclear ? 'unknown' : 'failed';
      if (halves === null) lane.ended.push({ range, ...notStarted(launched.message, row) });
      else lane.todo.unshift(...halves);
      return;
    }
    case 'finished':
      pipeline.progress.keyWorked = true;
      lane.ended.push({ range, ...answeredAtOnce(launched.job, launched.resultsRef) });
      return;
    case 'accepted':
      pipeline.progress.keyWorked = true;
      await startTracker(pipeline, lane, range, launched);
  }
}

async function settle(pipeline: Pipeline, lane: Lane): Promise<void> {
  const { plan, launchKey } = plannedOf(pipeline);
  showLane(pipeline, lane, 'settling its rows');
  const { totals } = await settleBatch.executeWithOptions({ summary: settleSummary(lane) }, [
    { plan, launchKey, batch: lane.batch, imports: lane.ended },
  ]);
  countRows(totals);
  finishLane(pipeline.progress, lane, totals);
  show(pipeline);
}
