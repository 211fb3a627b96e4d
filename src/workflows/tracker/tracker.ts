import { patched, workflowInfo } from '@temporalio/workflow';
import { writeDuration } from '../../core/duration';
import { parsePolling, writePolling, type Polling } from '../../core/tracker/polling';
import type { Phase } from '../../core/tracker/status';
import { newTrackerState, type TrackerState } from '../../core/tracker/state';
import { newTimekeeping } from '../../core/tracker/timekeeping';
import type { TrackImportInput, TrackImportRequest } from '../../core/tracker/input';
import { notifyEntry, type Subscriber } from '../../core/tracker/subscribers';
import { NoticeWatch } from './notice-watch';
import { WakeableTimer } from './wakeable-timer';

/** A run of `trackImport`: its input, its state, and its subscribers. */
export interface Tracker {
  readonly request: TrackImportRequest;
  readonly subscribers: Subscriber[];
  state: TrackerState;
  polling: Polling;
  phase: Phase;
  /**
   * Whether the schedule uses progress. False in a run started by a version that did not, since its timers would differ
   * from its history.
   */
  readonly aims: boolean;
  /** Whether it follows the rules of release 0.2. False in a run started by an older one. */
  readonly release02: boolean;
  /** The timer until the next poll. */
  readonly timer: WakeableTimer;
  /** Notifies webhooks before the import ends. */
  readonly notices: NoticeWatch;
}

/** The checked input of a run, and the rules that it follows. */
export type AcceptedInput = Pick<Tracker, 'request' | 'subscribers' | 'release02'>;

/** A new tracker, or one that continues from the previous run. */
export function newTracker({ request, subscribers, release02 }: AcceptedInput): Tracker {
  const state =
    request.carried ??
    newTrackerState({
      startedAtMs: workflowInfo().startTime.getTime(),
      submittedAt: request.submittedAt,
      waitTimeoutMs: request.waitTimeout,
      draw: Math.random(),
    });
  const polling = request.polling ?? parsePolling({});
  const aims = patched('aim-at-predicted-end');
  const timekeeping = release02 ? (state.timekeeping ?? newTimekeeping) : null;
  const timer = new WakeableTimer();
  return {
    ...{ request, subscribers, polling, aims, release02, timer },
    notices: new NoticeWatch({ teamId: request.teamId, jobId: request.jobId }, subscribers),
    state: { ...state, timekeeping },
    phase: 'waiting',
  };
}

/** The input for the next run of this tracker: everything it knows. */
export function toTrackerInput({ request, subscribers, state, polling }: Tracker): TrackImportInput {
  const { teamId, jobId, submittedAt, waitTimeout, results } = request;
  return {
    teamId,
    jobId,
    polling: writePolling(polling),
    notify: subscribers.map(notifyEntry),
    carried: state,
    ...(submittedAt !== undefined && { submittedAt }),
    ...(waitTimeout !== undefined && { waitTimeout: writeDuration(waitTimeout) }),
    ...(results !== undefined && { results }),
  };
}
