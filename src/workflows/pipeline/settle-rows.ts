import { proxyActivities } from '@temporalio/workflow';
import type { FileActivities } from '../../activities/file-activities';
import { notStarted } from '../../core/pipeline/batch-import-end';
import type { BatchInFlight } from '../../core/pipeline/carried-state';
import { isUnsent } from '../../core/pipeline/early-end';
import { finishBatch } from '../../core/pipeline/progress';
import { settleInput, settleWithoutSourceInput, type SettledBatch } from '../../core/pipeline/settle-batch';
import { settleSummary } from '../../core/details/summaries';
import { countRows } from '../runtime/metrics';
import { endEarlyBy } from './end-early';
import { plannedOf, publishBatch, publishPipeline, type Pipeline } from './pipeline';

const { settleBatch, settleSelectedRows, settleWithoutSource } = proxyActivities<FileActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '20 seconds',
});

/**
 * Settles the rows of a batch whose imports have all ended. Once the pipeline has failed, a batch of which nothing was
 * sent is left to the report.
 */
export async function settleRows(pipeline: Pipeline, inFlight: BatchInFlight): Promise<void> {
  if (pipeline.ending !== null && isUnsent(inFlight, pipeline.ending.reason)) {
    pipeline.progress.batchesInFlight.delete(inFlight.batch);
    pipeline.unsent.push(inFlight.batch);
    return;
  }
  publishBatch(pipeline, inFlight, 'settling its rows');
  if (inFlight.ended.length === 0 && inFlight.refused === '')
    inFlight.ended.push({ range: null, ...notStarted('no row of this batch could be read', 'failed') });
  const { totals } = await settled(pipeline, inFlight);
  countRows(totals);
  finishBatch(pipeline.progress, inFlight, totals);
  publishPipeline(pipeline);
}

/** Settles a batch. If the pipeline has failed, or fails by this, it works without the source's content too. */
async function settled(pipeline: Pipeline, inFlight: BatchInFlight): Promise<SettledBatch> {
  const { plan, launchKey } = plannedOf(pipeline);
  const { options } = pipeline.request;
  const summary = settleSummary(inFlight);
  if (pipeline.ending === null) {
    const input = settleInput(inFlight, { plan, launchKey }, options);
    try {
      return await ('refused' in input
        ? settleSelectedRows.executeWithOptions({ summary }, [input])
        : settleBatch.executeWithOptions({ summary }, [input]));
    } catch (error) {
      endEarlyBy(pipeline, error);
    }
  }
  const input = settleWithoutSourceInput(inFlight, { plan, launchKey }, options);
  return settleWithoutSource.executeWithOptions({ summary }, [input]);
}
