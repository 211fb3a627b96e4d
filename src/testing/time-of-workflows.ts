import { activityInfo } from '@temporalio/activity';
import type { PrismOptions } from '../prism/http';

/**
 * Makes a client of the API, used in activities, tell an emulator the time of the workflow that asks; the emulator goes
 * by it where its clock is `header`. Requests are not spaced: a second of theirs passes at once.
 */
export const timeOfWorkflows: Pick<Required<PrismOptions>, 'emulatorTime' | 'requestsPerSecond'> = {
  emulatorTime: () => activityInfo().currentAttemptScheduledTimestampMs,
  requestsPerSecond: 1e6,
};
