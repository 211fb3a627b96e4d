import { metricMeter } from '@temporalio/workflow';
import { rowOutcomes } from '../../core/api/import-job';
import { counterOf, histogramOf } from '../../core/metrics/catalogue';
import type { RowTotals } from '../../core/pipeline/report';
import type { EndStatus } from '../../core/tracker/end-statuses';
import type { Notice } from '../../core/tracker/notices/notices';
import type { Evidence } from '../../core/tracker/outcome';
import type { PollResult } from '../../core/tracker/poll-result';

/**
 * The metrics of workflows. Temporal's meter emits nothing during a replay, and emitting is not a command, so histories
 * are unaffected. The SDK adds the labels `namespace`, `taskQueue` and `workflowType`, but no ids.
 */

/** Counts a poll; `delayMs` is how late it noticed the import's end, or null. */
export function countPoll(result: PollResult, delayMs: number | null = null): void {
  counterOf(metricMeter, 'prism_polls').add(1, { result });
  if (delayMs !== null) histogramOf(metricMeter, 'prism_detection_delay_seconds').record(delayMs / 1000);
}

/** Counts the end of a tracker. */
export function countEnd(status: EndStatus): void {
  counterOf(metricMeter, 'prism_imports_ended').add(1, { status });
}

/** Counts an expired import by its evidence, in addition to {@link countEnd}. */
export function countExpired(evidence: Evidence): void {
  counterOf(metricMeter, 'prism_imports_expired').add(1, { evidence });
}

/** Counts the rows of a batch. */
export function countRows(totals: RowTotals): void {
  const rows = counterOf(metricMeter, 'prism_rows');
  for (const outcome of rowOutcomes) if (totals[outcome] > 0) rows.add(totals[outcome], { outcome });
}

/** Counts the end of a delivery. */
export function countNotice(type: Notice['type'], result: 'delivered' | 'failed'): void {
  counterOf(metricMeter, 'prism_notices').add(1, { event: type, result });
}

/** Counts a run of `cleanStorage`. */
export function countCleaning(result: 'done' | 'failed'): void {
  counterOf(metricMeter, 'prism_cleanings').add(1, { result });
}
