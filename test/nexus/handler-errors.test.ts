import { CancelledFailure } from '@temporalio/common';
import type { HandlerError } from 'nexus-rpc';
import { withHandlerErrors } from '../../src/nexus/handler-errors';
import { loadOptional } from '../../src/ports/optional-package';
import { grpcCode } from '../../src/temporal/problem';

const errorFor = (error: Error): Promise<HandlerError> =>
  withHandlerErrors({}, () => Promise.reject(error)).then(
    () => Promise.reject(new Error('nothing was thrown')),
    (thrown: unknown) => thrown as HandlerError,
  );
const ofServer = (code: keyof typeof grpcCode, text: string) =>
  Object.assign(new Error(text), { code: grpcCode[code] });
const missing = () =>
  loadOptional('S3', ['some-package'], () => {
    throw Object.assign(new Error("Cannot find module 'some-package'"), { code: 'MODULE_NOT_FOUND' });
  }).catch((error: unknown) => error as Error);

test.each([
  ['a worker that stops', new CancelledFailure('WORKER_SHUTDOWN'), 'UNAVAILABLE', true],
  ['an answer that takes too long', new CancelledFailure('TIMED_OUT'), 'UNAVAILABLE', true],
  [
    'too many callers, by 1.29',
    ofServer(
      'invalidArgument',
      'cannot attach more than 32 callbacks to a workflow (32 callbacks already attached)',
    ),
    'RESOURCE_EXHAUSTED',
    false,
  ],
  [
    'too many callers, by 1.32',
    ofServer('failedPrecondition', 'cannot attach more than 2000 callbacks to an execution'),
    'RESOURCE_EXHAUSTED',
    false,
  ],
  [
    'an address of callbacks that is not allowed',
    ofServer('invalidArgument', 'invalid url: url does not match any configured callback address: http://x'),
    'INTERNAL',
    false,
  ],
  ['a worker without the right', ofServer('permissionDenied', 'Request unauthorized.'), 'INTERNAL', false],
  ['a server that is too old', ofServer('unimplemented', 'unknown method'), 'INTERNAL', false],
  [
    'a busy server',
    ofServer('resourceExhausted', 'namespace rate limit exceeded'),
    'RESOURCE_EXHAUSTED',
    true,
  ],
])('a caller is told of %s, and Nexus asks again where that may help', async (_, error, type, retryable) => {
  expect(await errorFor(error)).toMatchObject({ type, retryable });
});

test('advice on many callers is given for these alone', async () => {
  const many = ofServer('failedPrecondition', 'cannot attach more than 2000 callbacks to an execution');
  expect((await errorFor(many)).message).toContain('callback.maxPerExecution');
  const address = ofServer('invalidArgument', 'callback address does not allow insecure connections');
  expect((await errorFor(address)).message).not.toContain('maxPerExecution');
});

test('a package that is not installed is named', async () => {
  expect((await errorFor(await missing())).message).toContain('npm install some-package');
});
