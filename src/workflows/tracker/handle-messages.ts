import { log, setHandler } from '@temporalio/workflow';
import { parsePolling, pollingSchema } from '../../core/tracker/polling';
import { mayPollNow } from '../../core/tracker/schedule';
import { trackingState } from '../../core/tracker/status';
import { defaultNotifySignal, maxSubscribers, subscriptionSchema } from '../../core/tracker/input';
import { checkInput, describeProblems } from '../../core/validation';
import { pollNowSignal, setPollingUpdate, statusQuery, subscribeSignal } from '../messages';
import { invalidInput } from '../runtime/invalid-input';
import { addSubscriber, type Tracker } from './tracker';

/** Makes the tracker answer its query, signals and update. */
export function handleMessages(tracker: Tracker): void {
  const view = () => trackingState(tracker.state, tracker.polling, tracker.phase);

  setHandler(statusQuery, view);

  setHandler(pollNowSignal, () => {
    if (!mayPollNow(tracker.state, tracker.polling)) {
      log.warn('pollNow ignored: maximumPolls leaves no poll to spare');
      return;
    }
    tracker.state = { ...tracker.state, pollNow: true };
    tracker.timer.wake();
  });

  setHandler(subscribeSignal, (subscription) => {
    subscribe(tracker, subscription);
  });

  setHandler(
    setPollingUpdate,
    (polling) => {
      tracker.polling = parsePolling(polling);
      tracker.timer.wake();
      return view();
    },
    {
      validator: (polling) => {
        const checked = checkInput(pollingSchema, polling);
        if (checked.ok) return;
        throw invalidInput('setPolling cannot use this policy', checked.problems).error;
      },
    },
  );
}

/** Adds a subscriber once. A signal cannot be refused, so one that makes no sense is only logged. */
function subscribe({ subscribers }: Tracker, subscription: unknown): void {
  const checked = checkInput(subscriptionSchema, subscription);
  if (!checked.ok) {
    log.warn(`subscribe ignored: ${describeProblems(checked.problems)}`);
    return;
  }
  const { workflowId, signal = defaultNotifySignal } = checked.value;
  if (subscribers.length < maxSubscribers) addSubscriber(subscribers, { workflowId, signal });
  else log.warn(`subscribe ignored: there are ${maxSubscribers} subscribers already`);
}
