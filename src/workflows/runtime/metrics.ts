import { metricMeter } from '@temporalio/workflow';
import type { RowOutcome } from '../../core/api/import-job';
import { rowOutcomes } from '../../core/api/import-job';
import type { RowTotals } from '../../core/pipeline/report';
import type { EndStatus } from '../../core/tracker/end-statuses';
import type { PollResult } from '../../core/tracker/poll-result';

/**
 * What workflows count. Temporal's meter emits nothing while a history is replayed, and emitting is no command:
 * histories stay as they are. The labels that the SDK adds are `namespace`, `taskQueue` and `workflowType`; ids are
 * none of them.
 */

/** A counter of this project's, by name and description; the exporter adds `_total`. */
export interface CounterName {
  name: string;
  description: string;
}

/** Polls by what they brought. */
export const pollsCounter: CounterName = { name: 'prism_polls', description: 'Polls by result' };
/** Trackers that ended, by how. */
export const endsCounter: CounterName = {
  name: 'prism_imports_ended',
  description: 'Imports whose tracking ended, by status',
};
/** Rows by what became of them. */
export const rowsCounter: CounterName = { name: 'prism_rows', description: 'Rows by outcome' };
/** How late ends were noticed. */
export const detectionDelay = {
  name: 'prism_detection_delay_seconds',
  description: 'Estimate of how late a finished import was noticed',
};

const addToCounter = ({ name, description }: CounterName, by: number, labels: Record<string, string>): void =>
  metricMeter.createCounter(name, '', description).add(by, labels);

/** Counts a poll; `delayMs` is how late an end was noticed, or null. */
export function countPoll(result: PollResult, delayMs: number | null = null): void {
  addToCounter(pollsCounter, 1, { result });
  const { name, description } = detectionDelay;
  if (delayMs !== null) metricMeter.createHistogram(name, 'float', '', description).record(delayMs / 1000);
}

/** Counts the end of a tracker. */
export function countEnd(status: EndStatus): void {
  addToCounter(endsCounter, 1, { status });
}

/** Counts the rows of a batch. */
export function countRows(totals: RowTotals): void {
  const counted: RowOutcome[] = rowOutcomes.filter((outcome) => totals[outcome] > 0);
  for (const outcome of counted) addToCounter(rowsCounter, totals[outcome], { outcome });
}
