import {
  decideLaunch,
  mayHaveImported,
  type LaunchHistory,
  type LaunchProblem,
} from '../../../../src/core/pipeline/launch/launch';

const problem = (type: LaunchProblem['type'], more: Partial<LaunchProblem> = {}): LaunchProblem => ({
  type,
  message: 'it went wrong',
  status: null,
  retryAfterMs: null,
  ...more,
});

const decide = (given: LaunchProblem, history: Partial<LaunchHistory> = {}) =>
  decideLaunch(given, {
    tries: 1,
    elapsedMs: 0,
    keyMs: 0,
    unclear: mayHaveImported(given),
    dedupe: false,
    keyWorked: false,
    ...history,
  });

test.each(['PrismUnavailable', 'PrismRateLimited', 'PrismInProgress'] as const)(
  '%s is always tried again, with growing waits of at most 5 minutes',
  (type) => {
    const waits = [1, 2, 3, 12, 300].map((tries) => decide(problem(type), { tries }));
    expect(waits).toEqual(
      [1000, 2000, 4000, 300_000, 300_000].map((waitMs) => ({ action: 'retry', waitMs, newKey: false })),
    );
  },
);

test('the wait is at least what the server asked for', () => {
  const limited = problem('PrismRateLimited', { retryAfterMs: 600_000 });
  expect(decide(limited)).toEqual({ action: 'retry', waitMs: 600_000, newKey: false });
});

test.each(['PrismUnclear', 'PrismMalformedResponse', 'Timeout', 'Other'] as const)(
  '%s is tried again only with dedupe_by; without it the rows are unknown and the message says why',
  (type) => {
    expect(decide(problem(type), { dedupe: true })).toEqual({ action: 'retry', waitMs: 1000, newKey: false });
    expect(decide(problem(type))).toEqual({
      action: 'give_up',
      rows: 'unknown',
      message: expect.stringMatching(/^it went wrong \(not sent again, since without dedupe_by/) as string,
    });
  },
);

test.each([
  {
    what: 'a request called invalid',
    given: problem('PrismInvalidRequest', { status: 400 }),
    rows: 'failed',
  },
  {
    what: 'a key that belongs to another request',
    given: problem('PrismInvalidRequest', { status: 409 }),
    rows: 'unknown',
  },
])('the rows are $rows after $what', ({ given, rows }) => {
  expect(decide(given, { dedupe: true })).toMatchObject({ action: 'give_up', rows });
});

test.each(['Unexpected', 'OutOfTime'] as const)(
  '%s before anything was sent: the rows are failed',
  (type) => {
    expect(decide(problem(type))).toMatchObject({ action: 'give_up', rows: 'failed' });
    expect(decide(problem(type, { status: 200 }))).toMatchObject({ action: 'give_up', rows: 'unknown' });
  },
);

test('a batch that could not be read from storage is tried again: nothing was sent', () => {
  expect(mayHaveImported(problem('StorageUnavailable'))).toBe(false);
  expect(decide(problem('StorageUnavailable'))).toMatchObject({ action: 'retry' });
});

test('results that could not be stored are asked for again only with dedupe_by', () => {
  const answered = problem('StorageUnavailable', { status: 200 });
  expect(decide(answered, { dedupe: true })).toMatchObject({ action: 'retry' });
  expect(decide(answered)).toMatchObject({ action: 'give_up', rows: 'unknown' });
});

test.each([
  { dedupe: true, keyMs: 10 * 60_000, newKey: true },
  { dedupe: true, keyMs: 10 * 60_000 - 1, newKey: false },
  { dedupe: false, keyMs: 3_600_000, newKey: false },
])(
  'a key in progress for $keyMs ms is given up for a new one: $newKey (dedupe_by: $dedupe)',
  ({ newKey, ...history }) => {
    expect(decide(problem('PrismInProgress'), history)).toMatchObject({ action: 'retry', newKey });
  },
);

test('a request called invalid leaves the rows unknown when an earlier try was unclear', () => {
  expect(decide(problem('PrismInvalidRequest', { status: 400 }), { unclear: true })).toMatchObject({
    rows: 'unknown',
  });
});

test.each(['PrismUnauthorized', 'PrismForbidden'] as const)(
  '%s ends the pipeline, unless the key has worked before: then it is asked again slowly',
  (type) => {
    expect(decide(problem(type))).toEqual({ action: 'fail' });
    expect(decide(problem(type), { keyWorked: true })).toEqual({
      action: 'retry',
      waitMs: 300_000,
      newKey: false,
    });
  },
);

test.each(['InvalidInput', 'SourceInvalid'] as const)('%s ends the pipeline', (type) => {
  expect(decide(problem(type), { keyWorked: true, dedupe: true })).toEqual({ action: 'fail' });
});

test.each([
  { unclear: false, rows: 'failed' },
  { unclear: true, rows: 'unknown' },
])(
  'tries end with the life of the key, and the rows are $rows when unclear is $unclear',
  ({ unclear, rows }) => {
    const history = { elapsedMs: 24 * 3_600_000 - 60_000, tries: 200, unclear };
    expect(decide(problem('PrismUnavailable'), history)).toMatchObject({ action: 'give_up', rows });
  },
);
