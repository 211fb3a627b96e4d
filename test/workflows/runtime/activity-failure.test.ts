import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { readActivityFailure } from '../../../src/workflows/runtime/activity-failure';

const ofActivity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'getImportStatus', '1', RetryState.TIMEOUT, 'worker', cause);

const unsaid = {
  ...{ status: null, retryAfterMs: null, timeoutType: null, knownType: null },
  ...{ isCancelled: false, isUnknownActivity: false, refusal: null, sentBefore: null, notices: null },
};

test.each([
  {
    name: 'a failure of ours, with its details',
    cause: ApplicationFailure.retryable('busy', 'PrismRateLimited', { status: 429, retryAfterMs: 5000 }),
    facts: { type: 'PrismRateLimited', knownType: 'PrismRateLimited', status: 429, retryAfterMs: 5000 },
  },
  {
    name: 'one of a kind unknown here',
    cause: ApplicationFailure.nonRetryable('odd', 'Odd', { status: '429' }),
    facts: { type: 'Odd' },
  },
  {
    name: 'one without a type',
    cause: new ApplicationFailure('odd', null),
    facts: { type: 'ApplicationFailure' },
  },
  {
    name: 'one of a worker that does not know the activity',
    cause: ApplicationFailure.retryable(
      'Activity function startSelectedRows is not registered on this Worker, available activities: []',
      'NotFoundError',
    ),
    facts: { type: 'NotFoundError', isUnknownActivity: true },
  },
  {
    name: 'a refusal',
    cause: ApplicationFailure.nonRetryable('no', 'PrismInvalidRequest', {
      status: 400,
      refusal: { sent: 2 },
    }),
    facts: {
      ...{ type: 'PrismInvalidRequest', knownType: 'PrismInvalidRequest' },
      ...{ status: 400, refusal: { sent: 2 } },
    },
  },
  {
    name: 'a timeout',
    cause: new TimeoutFailure('late', undefined, TimeoutType.HEARTBEAT),
    facts: { type: 'TimeoutFailure', timeoutType: 'HEARTBEAT' },
  },
  {
    name: 'a cancellation',
    cause: new CancelledFailure('no more'),
    facts: { type: 'CancelledFailure', isCancelled: true },
  },
])('$name is read from the failure of its activity, and as it is', ({ cause, facts }) => {
  const expected = { ...unsaid, message: cause.message, cause, ...facts };
  expect(readActivityFailure(ofActivity(cause))).toEqual(expected);
  expect(readActivityFailure(cause)).toEqual(expected);
});

test('what is no error is read too', () => {
  expect(readActivityFailure('odd')).toEqual({ ...unsaid, type: 'Error', message: 'odd', cause: 'odd' });
});
