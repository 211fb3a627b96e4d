import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { PipelineState } from '../core/pipeline/report';
import type { ImportEnd } from '../core/tracker/outcome';
import type { PollingChange } from '../core/tracker/polling';
import type { Subscription } from '../core/tracker/public-input';
import type { TrackingState } from '../core/tracker/status';

/**
 * Returns the state of a tracker.
 *
 * @example
 *   import { statusQuery } from 'prism-imports/workflow';
 *
 *   const { phase, progress, problem } = await tracker.query(statusQuery);
 */
export const statusQuery = defineQuery<TrackingState>('status');

/**
 * Makes a tracker poll at once, but not within 5 s of its last poll; a burst of signals is one poll. Ignored if
 * `maximumPolls` leaves no poll for it.
 *
 * @example
 *   import { pollNowSignal } from 'prism-imports/workflow';
 *
 *   await tracker.signal(pollNowSignal);
 */
export const pollNowSignal = defineSignal('pollNow');

/**
 * Adds a subscriber to a tracker: a workflow or a webhook. A malformed payload is logged and ignored.
 *
 * @example
 *   import { subscribeSignal } from 'prism-imports/workflow';
 *
 *   await tracker.signal(subscribeSignal, { workflowId: 'nightly-sync' });
 */
export const subscribeSignal = defineSignal<[Subscription]>('subscribe');

/**
 * Changes fields of a tracker's polling policy at once, and returns its state under the new policy. A field that is
 * missing or null stays unchanged; `'default'` resets it. Malformed changes are rejected with `InvalidInput`.
 *
 * @example
 *   import { setPollingUpdate } from 'prism-imports/workflow';
 *
 *   const { nextPollAt } = await tracker.executeUpdate(setPollingUpdate, { args: [{ maximumInterval: '30m' }] });
 */
export const setPollingUpdate = defineUpdate<TrackingState, [PollingChange]>('setPolling');

/**
 * Changes fields of a polling policy like {@link setPollingUpdate}, but as a signal, which can be sent to many trackers
 * at once. A malformed change is logged and ignored.
 *
 * @example
 *   import { setPollingSignal } from 'prism-imports/workflow';
 *
 *   await tracker.signal(setPollingSignal, { initialInterval: '30m', maximumInterval: 'default' });
 */
export const setPollingSignal = defineSignal<[PollingChange]>('setPolling');

/**
 * Notifies a subscriber of how an import ended. This is the signal that trackers send, under its default name.
 *
 * @example
 *   import { setHandler } from '@temporalio/workflow';
 *   import { importFinishedSignal } from 'prism-imports/workflow';
 *
 *   setHandler(importFinishedSignal, ({ jobId, status }) => console.log(jobId, status));
 */
export const importFinishedSignal = defineSignal<[ImportEnd]>('importFinished');

/**
 * Returns the progress of a pipeline.
 *
 * @example
 *   import { progressQuery } from 'prism-imports/workflow';
 *
 *   const { processed, rows } = await pipeline.query(progressQuery);
 */
export const progressQuery = defineQuery<PipelineState>('progress');

/** `processing`, then the outcome's status, `error` or `cancelled`. */
export const prismImportStatusKey = defineSearchAttributeKey(
  'PrismImportStatus',
  SearchAttributeType.KEYWORD,
);
export const prismTeamIdKey = defineSearchAttributeKey('PrismTeamId', SearchAttributeType.KEYWORD);
export const prismJobIdKey = defineSearchAttributeKey('PrismJobId', SearchAttributeType.KEYWORD);
/** When the API deletes the import. */
export const prismExpiresAtKey = defineSearchAttributeKey('PrismExpiresAt', SearchAttributeType.DATETIME);

/** The code of what keeps a tracker from polling, or a pipeline from launching; absent without a problem. */
export const prismProblemKey = defineSearchAttributeKey('PrismProblem', SearchAttributeType.KEYWORD);

/** Every search attribute that a namespace must have. */
export const searchAttributes = [
  prismImportStatusKey,
  prismTeamIdKey,
  prismJobIdKey,
  prismExpiresAtKey,
  prismProblemKey,
];
