import {
  CancellationScope,
  proxyActivities,
  sleep,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { ApiActivities } from '../../activities/api-activities';
import type { PollAnswer } from '../../core/tracker/get-import-status';
import { httpTaskQueue } from '../../core/ids';
import type { NextPoll } from '../../core/tracker/schedule';
import { waitTimeoutSummary, pollSummary } from '../../core/details/summaries';
import type { Tracker } from './tracker';

type Polls = Pick<ApiActivities, 'getImportStatus' | 'getImportStatusAndFailures'>;

/** Maximum duration of a poll, including its retries. */
const pollLimitMs = 120_000;
/** Minimum duration of a poll if `waitTimeout` ends during it. */
const lastCallMs = 5_000;

/**
 * Runs the activity `getImportStatus`, or `getImportStatusAndFailures`, once on the HTTP task queue, with at most three
 * attempts. After two minutes, it is better to wait on the workflow's own timer, where signals and deadlines take
 * effect. A poll that would outlast `waitTimeout` is cut short, and fails as cancelled.
 */
export function pollOnce({ request, state, release02 }: Tracker, next: NextPoll): Promise<PollAnswer> {
  const { teamId, jobId, results = 'auto' } = request;
  const options: ActivityOptions = {
    taskQueue: httpTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '60 seconds',
    scheduleToCloseTimeout: pollLimitMs,
    heartbeatTimeout: '10 seconds',
    cancellationType: 'TRY_CANCEL',
    retry: { maximumAttempts: 3, initialInterval: '1 second' },
    summary: pollSummary(next.reason, state.polls),
    ...(next.urgent && { priority: { priorityKey: 1 } }),
  };
  const activities = proxyActivities<Polls>(options);
  const mustStore = results === 'stored' && release02 && !state.answered;
  const input = { teamId, jobId, results, ...(mustStore && { mustStore }) };
  const poll = () =>
    results === 'failed' ? activities.getImportStatusAndFailures(input) : activities.getImportStatus(input);
  const leftMs =
    state.waitUntilMs === null ? pollLimitMs : Math.max(state.waitUntilMs - Date.now(), lastCallMs);
  return leftMs < pollLimitMs ? cutShort(leftMs, poll) : poll();
}

/** Issues the same commands as `CancellationScope.withTimeout`, with a summary on its timer. */
function cutShort<T>(limitMs: number, run: () => Promise<T>): Promise<T> {
  const limited = new CancellationScope();
  return limited.run(async () => {
    const timer = new CancellationScope();
    timer
      .run(() => sleep(limitMs, { summary: waitTimeoutSummary(limitMs) }))
      .then(
        () => limited.cancel(),
        () => undefined, // the poll ended first, or everything is cancelled
      );
    try {
      return await run();
    } finally {
      timer.cancel();
    }
  });
}
