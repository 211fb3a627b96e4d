import { SourceError } from '../../ports/source-error';

const elsewhere = 'the bucket is in another region; AWS_REGION must name it';
const denied = 'access denied to these AWS credentials';
const changed = 'changed while it was read';

/**
 * What S3's refusals mean, by error code (S3 API reference, "Error responses") or name in the SDK. All others are worth
 * another try.
 */
const reasons: Record<string, string> = {
  NoSuchKey: 'no such object',
  NoSuchBucket: 'no such bucket',
  InvalidBucketName: 'no such bucket',
  KeyTooLongError: 'no such object',
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  InvalidAccessKeyId: 'the AWS access key is not known there',
  SignatureDoesNotMatch: 'the AWS secret key is wrong',
  CredentialsProviderError: 'no AWS credentials found',
  PermanentRedirect: elsewhere,
  TemporaryRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  InvalidObjectState: 'archived; it must be restored first',
  InvalidRange: 'an empty object',
  PreconditionFailed: changed,
};

/** The same by HTTP status, for servers whose codes are their own. */
const reasonsByStatus: Record<number, string> = {
  301: elsewhere,
  404: 'no such object',
  412: changed,
  416: 'an empty object',
};

/**
 * What a failed read of an object is to throw: a `SourceError` when it would fail again, else an error that holds
 * nothing of the request.
 */
export function s3Refusal(uri: string, error: unknown): Error {
  const { name, message, $metadata } = error as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const kind = String(name);
  const text = typeof message === 'string' && message !== '' ? message : 'no reason given';
  const seen =
    (Object.hasOwn(reasons, kind) ? reasons[kind] : undefined) ??
    reasonsByStatus[$metadata?.httpStatusCode ?? 0] ??
    (/^region is missing/i.test(text) ? 'no AWS region set; AWS_REGION must name it' : undefined);
  if (seen === undefined) return new Error(`reading ${uri}: ${kind}: ${text}`);
  return new SourceError('source.uri', `${uri} (${seen})`, 'an object that this worker may read');
}
