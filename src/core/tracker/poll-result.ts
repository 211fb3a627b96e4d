import type { PollAnswer } from './get-import-status';
import { isFinished } from '../api/import-job';
import { jobStatusNames, knownJobStatus } from '../api/job-statuses';
import type { PollTimes } from './observe';
import { problemCodes } from './outcome';
import type { TrackerState } from './state';

/** The possible results of a poll. */
export const pollResults = [...jobStatusNames, 'not_found', ...problemCodes] as const;
export type PollResult = (typeof pollResults)[number];

/** The result of an answered poll. */
export function pollResult(status: PollAnswer): PollResult {
  if (!status.found) return 'not_found';
  return knownJobStatus(status.job.status) ?? 'unknown_status';
}

/**
 * About how long an import had been finished when a poll noticed it, in milliseconds: the time from the job's last
 * change to the answer, both on the API's clock, but at most the time since the previous poll, which still saw it
 * running. Null if the import is not finished or the API does not say.
 */
export function detectionDelayMs(
  before: Pick<TrackerState, 'lastPollAtMs' | 'submittedAtMs'>,
  status: PollAnswer,
  { endedAtMs }: Pick<PollTimes, 'endedAtMs'>,
): number | null {
  if (!status.found || !isFinished(status.job)) return null;
  const delayMs = Date.parse(status.serverTime ?? '') - Date.parse(status.job.updated_at ?? '');
  if (Number.isNaN(delayMs)) return null;
  const sincePollMs = endedAtMs - (before.lastPollAtMs ?? before.submittedAtMs);
  return Math.max(0, Math.min(delayMs, sincePollMs));
}
