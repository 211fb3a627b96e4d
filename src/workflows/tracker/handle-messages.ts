import { log, setHandler } from '@temporalio/workflow';
import { parsePolling, pollingSchema, pollingSchemaOf010 } from '../../core/tracker/polling';
import { mayPollNow } from '../../core/tracker/schedule';
import { trackingState } from '../../core/tracker/status';
import { subscribe } from '../../core/tracker/subscribers';
import { checkInput } from '../../core/validation';
import { pollNowSignal, setPollingUpdate, statusQuery, subscribeSignal } from '../messages';
import { invalidInput } from '../runtime/invalid-input';
import type { Tracker } from './tracker';

/** Takes in who asks by signal to be told too. */
export function takeSubscriptions(
  told: Pick<Tracker, 'subscribers' | 'release02'>,
  onJoined: () => void = () => undefined,
): void {
  setHandler(subscribeSignal, (subscription) => {
    const refusal = subscribe(told.subscribers, subscription, told.release02);
    // A signal cannot be refused.
    if (refusal !== null) log.warn(`subscribe ignored: ${refusal}`);
    else onJoined();
  });
}

/** Makes the tracker answer its query, signals and update. */
export function handleMessages(tracker: Tracker): void {
  const policySchema = tracker.release02 ? pollingSchema : pollingSchemaOf010;
  const view = () => trackingState(tracker.state, tracker.polling, tracker.phase);

  setHandler(statusQuery, view);

  setHandler(pollNowSignal, () => {
    if (!mayPollNow(tracker.state, tracker.polling)) {
      log.warn('pollNow ignored: maximumPolls leaves no poll to spare');
      return;
    }
    // A burst waits on one timer.
    if (tracker.release02 && tracker.state.pollNow) return;
    tracker.state = { ...tracker.state, pollNow: true };
    tracker.timer.wake();
  });

  takeSubscriptions(tracker, () => tracker.notices.look(tracker.state));

  setHandler(
    setPollingUpdate,
    (polling) => {
      tracker.polling = parsePolling(polling, policySchema);
      tracker.timer.wake();
      return view();
    },
    {
      validator: (polling) => {
        const checked = checkInput(policySchema, polling);
        if (checked.ok) return;
        throw invalidInput('setPolling cannot use this policy', checked.problems).error;
      },
    },
  );
}
