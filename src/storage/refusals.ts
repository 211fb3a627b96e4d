const elsewhere = 'the bucket is in another region; AWS_REGION must name it';
const denied = 'access denied to these AWS credentials';
const changed = 'changed while it was read';
const noFile = 'no such file';

/**
 * What refusals mean, by the system's error code, by S3's (S3 API reference, "Error responses") or by name in the SDK.
 * All others are worth another try.
 */
const reasons: Record<string, string> = {
  ENOENT: noFile,
  ENOTDIR: noFile,
  ENAMETOOLONG: noFile,
  ERR_INVALID_ARG_VALUE: noFile, // a NUL byte in the path
  ELOOP: 'a link that leads to itself',
  EACCES: 'not readable',
  EPERM: 'not readable',
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

/** Why what failed would fail again, in words; null when it is worth another try. */
export function refusalOf(error: unknown): string | null {
  const { name, code, message, $metadata } = error as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const known = [name, code].map(String).find((word) => Object.hasOwn(reasons, word));
  return (
    reasons[known ?? ''] ??
    reasonsByStatus[$metadata?.httpStatusCode ?? 0] ??
    (/^region is missing/i.test(String(message)) ? 'no AWS region set; AWS_REGION must name it' : null)
  );
}
