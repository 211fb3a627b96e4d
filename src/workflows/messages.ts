import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { PipelineState } from '../core/pipeline/report';
import type { ImportEnd } from '../core/tracker/outcome';
import type { PollingChange } from '../core/tracker/polling';
import type { Subscription } from '../core/tracker/public-input';
import type { TrackingState } from '../core/tracker/status';

/** What a tracker knows and does, for any client. */
export const statusQuery = defineQuery<TrackingState>('status');

/**
 * Poll at once, at the earliest 5 s after the last poll; a burst of these is one poll. Refused silently when
 * `maximumPolls` leaves none to spare.
 */
export const pollNowSignal = defineSignal('pollNow');

/** Tell this workflow, or webhook, too how the import ends. A payload of another form is logged and ignored. */
export const subscribeSignal = defineSignal<[Subscription]>('subscribe');

/**
 * Fields of the polling policy that change, in force at once; answers with the state under it. What is not named, or
 * null, stays; the text `default` gives a default back. Rejected with `InvalidInput` when malformed.
 */
export const setPollingUpdate = defineUpdate<TrackingState, [PollingChange]>('setPolling');

/** The same as a signal, which can be sent to many at once. What is malformed is logged and ignored. */
export const setPollingSignal = defineSignal<[PollingChange]>('setPolling');

/** How an import ended, sent by a tracker to whoever asked: the default name of that signal. */
export const importFinishedSignal = defineSignal<[ImportEnd]>('importFinished');

/** How far a pipeline is. */
export const progressQuery = defineQuery<PipelineState>('progress');

/** `processing`, then the outcome's status, `error` or `cancelled`. */
export const prismImportStatusKey = defineSearchAttributeKey(
  'PrismImportStatus',
  SearchAttributeType.KEYWORD,
);
export const prismTeamIdKey = defineSearchAttributeKey('PrismTeamId', SearchAttributeType.KEYWORD);
export const prismJobIdKey = defineSearchAttributeKey('PrismJobId', SearchAttributeType.KEYWORD);
/** When the API forgets the import. */
export const prismExpiresAtKey = defineSearchAttributeKey('PrismExpiresAt', SearchAttributeType.DATETIME);

/** The code of what keeps a tracker from looking, or a pipeline from launching; absent while nothing does. */
export const prismProblemKey = defineSearchAttributeKey('PrismProblem', SearchAttributeType.KEYWORD);

/** Every search attribute that a namespace must have. */
export const searchAttributes = [
  prismImportStatusKey,
  prismTeamIdKey,
  prismJobIdKey,
  prismExpiresAtKey,
  prismProblemKey,
];
