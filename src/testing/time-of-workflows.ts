import { activityInfo } from '@temporalio/activity';
import type { PrismOptions } from '../prism/http';

/**
 * Makes an API client in activities send the workflow's time to an emulator, which uses it if its clock is `header`.
 * Requests are not spaced, because a second of that time passes at once.
 */
export const timeOfWorkflows: Pick<Required<PrismOptions>, 'emulatorTime' | 'requestsPerSecond'> = {
  emulatorTime: () => activityInfo().currentAttemptScheduledTimestampMs,
  requestsPerSecond: 1e6,
};
