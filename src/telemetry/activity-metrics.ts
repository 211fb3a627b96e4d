import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure, type MetricMeter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { FailureType } from '../core/failures';
import { isBatchTracker } from '../core/ids';
import type { ImportApi, ResultsTaker } from '../ports/import-api';
import { isFinished, rowOutcome, rowOutcomes, type RowResult } from '../core/api/import-job';
import type { RowTotals } from '../core/pipeline/report';
import { countRow, noRows, sumTotals } from '../core/pipeline/row-totals';
import { counterOf } from '../core/metrics/catalogue';

/** Metrics that only activities can count. */
export interface ActivityMetrics {
  /** Wraps the API so that it counts the rows that answers list. */
  countRowsOf: (api: ImportApi) => ImportApi;
  /** For `interceptors.activity` of a worker. */
  interceptor: ActivityInterceptorsFactory;
}

const storageUnavailable: FailureType = 'StorageUnavailable';

/**
 * Counts the rows of tracked imports and storage failures. Pipelines count their own rows when they settle a batch.
 * Rows count only after the activity succeeds, because a retry after a failed store reads them again.
 */
export function createActivityMetrics(meter: MetricMeter): ActivityMetrics {
  const seen = new AsyncLocalStorage<RowTotals[]>();
  const rows = counterOf(meter, 'prism_rows');
  for (const outcome of rowOutcomes) rows.add(0, { outcome });
  const failures = counterOf(meter, 'prism_storage_failures');
  failures.add(0);
  return {
    countRowsOf: (api) => ({
      startImport: (request, signal, taker) => api.startImport(request, signal, taker),
      async getImport(teamId, jobId, signal, taker) {
        const totals = noRows();
        const answer = await api.getImport(teamId, jobId, signal, taker && countingTaker(taker, totals));
        for (const result of answer.value?.results ?? []) countResult(totals, result);
        if (answer.value !== null && isFinished(answer.value)) seen.getStore()?.push(totals);
        return answer;
      },
    }),
    interceptor: ({ info }) => ({
      inbound: {
        async execute(input, next) {
          const finished: RowTotals[] = [];
          try {
            const result = await seen.run(finished, () => next(input));
            const totals = sumTotals(
              isBatchTracker(info.workflowExecution?.workflowId ?? '') ? [] : finished,
            );
            for (const outcome of rowOutcomes) {
              if (totals[outcome] > 0) rows.add(totals[outcome], { outcome });
            }
            return result;
          } catch (error) {
            if (error instanceof ApplicationFailure && error.type === storageUnavailable) failures.add(1);
            throw error;
          }
        },
      },
    }),
  };
}

const countResult = (totals: RowTotals, result: RowResult): void => countRow(totals, rowOutcome(result));

const countingTaker = (taker: ResultsTaker, totals: RowTotals): ResultsTaker => ({
  take(results) {
    for (const result of results) countResult(totals, result);
    return taker.take(results);
  },
});
