import { metricMeter } from '@temporalio/workflow';
import { rowOutcomes } from '../../core/api/import-job';
import { counterOf, histogramOf } from '../../core/metrics/catalogue';
import type { RowTotals } from '../../core/pipeline/report';
import type { EndStatus } from '../../core/tracker/end-statuses';
import type { Notice } from '../../core/tracker/notices/notices';
import type { Evidence } from '../../core/tracker/outcome';
import type { PollResult } from '../../core/tracker/poll-result';

/**
 * What workflows count. Temporal's meter emits nothing while a history is replayed, and emitting is no command:
 * histories stay as they are. The labels that the SDK adds are `namespace`, `taskQueue` and `workflowType`; ids are
 * none of them.
 */

/** Counts a poll; `delayMs` is how late an end was noticed, or null. */
export function countPoll(result: PollResult, delayMs: number | null = null): void {
  counterOf(metricMeter, 'prism_polls').add(1, { result });
  if (delayMs !== null) histogramOf(metricMeter, 'prism_detection_delay_seconds').record(delayMs / 1000);
}

/** Counts the end of a tracker. */
export function countEnd(status: EndStatus): void {
  counterOf(metricMeter, 'prism_imports_ended').add(1, { status });
}

/** Counts an end that {@link countEnd} counts too, by what speaks for the import being gone. */
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

/** Counts a run of the cleaning. */
export function countCleaning(result: 'done' | 'failed'): void {
  counterOf(metricMeter, 'prism_cleanings').add(1, { result });
}
