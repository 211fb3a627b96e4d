import { log, setHandler } from '@temporalio/workflow';
import { changePolling, pollingSchemaOf010, type Polling } from '../../core/tracker/polling';
import { mayPollNow } from '../../core/tracker/schedule';
import { trackingState, type TrackingState } from '../../core/tracker/status';
import { subscribe } from '../../core/tracker/subscribers';
import { checkInput, describeProblems, type Checked } from '../../core/validation';
import { pollNowSignal, setPollingSignal, setPollingUpdate, statusQuery, subscribeSignal } from '../messages';
import { invalidInput } from '../runtime/invalid-input';
import type { Tracker } from './tracker';

/** Handles signals that add subscribers. */
export function takeSubscriptions(
  tracker: Pick<Tracker, 'subscribers' | 'release02'>,
  onJoined: () => void = () => undefined,
): void {
  setHandler(subscribeSignal, (subscription) => {
    const refusal = subscribe(tracker.subscribers, subscription, tracker.release02);
    // A signal cannot be refused.
    if (refusal !== null) log.warn(`subscribe ignored: ${refusal}`);
    else onJoined();
  });
}

/** Registers the handlers of the tracker's query, signals and update. */
export function handleMessages(tracker: Tracker): void {
  const view = () => trackingState(tracker.state, tracker.polling, tracker.phase);

  setHandler(statusQuery, view);

  setHandler(pollNowSignal, () => {
    if (!mayPollNow(tracker.state, tracker.polling)) {
      log.warn('pollNow ignored: maximumPolls leaves no poll for it');
      return;
    }
    // A burst of signals waits on one timer.
    if (tracker.release02 && tracker.state.pollNow) return;
    tracker.state = { ...tracker.state, pollNow: true };
    tracker.timer.wake();
  });

  takeSubscriptions(tracker, () => tracker.notices.update(tracker.state));

  takePolicies(tracker, view);
}

/** Handles changes of the polling policy. */
function takePolicies(tracker: Tracker, view: () => TrackingState): void {
  // A run started by 0.1.0 replaces the whole policy, by update only: this decides whether a timer precedes a poll.
  const policyBy = (change: unknown): Checked<Polling> =>
    tracker.release02 ? changePolling(tracker.polling, change) : checkInput(pollingSchemaOf010, change);
  const follow = (polling: Polling) => {
    tracker.polling = polling;
    tracker.timer.wake();
  };
  const required = (change: unknown): Polling => {
    const policy = policyBy(change);
    if (policy.ok) return policy.value;
    throw invalidInput('setPolling cannot use this policy', policy.problems).error;
  };

  setHandler(
    setPollingUpdate,
    (change) => {
      follow(required(change));
      return view();
    },
    { validator: (change) => void required(change) },
  );
  if (!tracker.release02) return;
  setHandler(setPollingSignal, (change) => {
    const policy = policyBy(change);
    if (policy.ok) follow(policy.value);
    else log.warn(`setPolling ignored: ${describeProblems(policy.problems)}`);
  });
}
