import { failureTypes } from '../../src/core/failures';
import {
  classifyRead,
  classifyWrite,
  PrismError,
  unanswered,
  type PrismErrorFacts,
} from '../../src/ports/prism-error';

const refused = (status: number, more: Partial<PrismErrorFacts> = {}) => ({
  ...unanswered('status', 'GET /x', true),
  status,
  ...more,
});
const problem = (name: PrismErrorFacts['problem'], sent: boolean) => unanswered(name, 'GET /x', sent);
const error = (facts: PrismErrorFacts) => new PrismError('message', facts);

describe('the verdict on a read', () => {
  test.each([
    [401, 'PrismUnauthorized', false],
    [403, 'PrismForbidden', false],
    [400, 'PrismInvalidRequest', false],
    [409, 'PrismInvalidRequest', false],
    [422, 'PrismInvalidRequest', false],
    [301, 'PrismInvalidRequest', false],
    [304, 'PrismInvalidRequest', false],
    [408, 'PrismUnavailable', true],
    [429, 'PrismRateLimited', false],
    [500, 'PrismUnavailable', true],
    [503, 'PrismUnavailable', true],
    [599, 'PrismUnavailable', true],
  ])('on HTTP %d is %s, retryable: %s', (status, type, retryable) => {
    expect(classifyRead(error(refused(status)))).toEqual({ type, retryable, delayMs: null });
  });

  test.each([
    ['unreachable', false, 'PrismUnavailable', true],
    ['timeout', true, 'PrismUnavailable', true],
    ['interrupted', true, 'PrismUnavailable', true],
    ['malformed', true, 'PrismMalformedResponse', true],
    ['too_large', true, 'PrismMalformedResponse', false],
    ['no_key', false, 'PrismUnauthorized', false],
    ['unsendable', false, 'PrismInvalidRequest', false],
  ] as const)('on a request that is %s (sent: %s) is %s, retryable: %s', (name, sent, type, retryable) => {
    expect(classifyRead(error(problem(name, sent)))).toEqual({ type, retryable, delayMs: null });
  });

  test.each([
    [503, 0, { retryable: true, delayMs: null }],
    [503, 2000, { retryable: true, delayMs: 2000 }],
    [503, 10_000, { retryable: true, delayMs: 10_000 }],
    [503, 10_001, { retryable: false, delayMs: null }],
    [429, 2000, { retryable: false, delayMs: null }],
  ])(
    'on HTTP %d with a hint of %d ms waits within the poll only when it is short',
    (status, retryAfterMs, expected) => {
      expect(classifyRead(error(refused(status, { retryAfterMs })))).toMatchObject(expected);
    },
  );
});

describe('the verdict on a write', () => {
  test.each([
    [refused(400), 'PrismInvalidRequest'],
    [refused(302), 'PrismInvalidRequest'],
    [refused(404), 'PrismInvalidRequest'],
    [refused(401), 'PrismUnauthorized'],
    [refused(403), 'PrismForbidden'],
    [refused(429), 'PrismRateLimited'],
    [refused(409, { code: 'idempotency_key_mismatch' }), 'PrismInvalidRequest'],
    [refused(409, { code: 'idempotency_key_stale' }), 'PrismInvalidRequest'],
    [refused(409, { code: 'anything_else' }), 'PrismInProgress'],
    [refused(409), 'PrismInProgress'],
    [refused(408), 'PrismUnclear'],
    [refused(500), 'PrismUnclear'],
    [refused(503, { retryAfterMs: 1000 }), 'PrismUnclear'],
    [problem('timeout', true), 'PrismUnclear'],
    [problem('timeout', false), 'PrismUnavailable'],
    [problem('interrupted', true), 'PrismUnclear'],
    [problem('unreachable', false), 'PrismUnavailable'],
    [problem('malformed', true), 'PrismUnclear'],
    [problem('too_large', true), 'PrismUnclear'],
    [problem('no_key', false), 'PrismUnauthorized'],
    [problem('unsendable', false), 'PrismInvalidRequest'],
  ])('on %j is %s, and never repeats by itself', (facts, type) => {
    expect(classifyWrite(error(facts))).toEqual({ type, retryable: false, delayMs: null });
    expect(failureTypes).toContain(type);
  });
});
