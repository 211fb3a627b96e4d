const elsewhere = 'the bucket is in another region; AWS_REGION must name it';
const denied = 'access denied to these AWS credentials';
const changed = 'changed while it was read';
/** Why this host refuses a file that is not there. */
export const noFile = 'no such file';
/** Why S3 refuses a range that begins at the end of an object or after it. */
export const noBytes = 'an empty object';
/** Why S3 refuses an object that is not there. */
export const noObject = 'no such object';

/** What refusals of this host's files mean, by the system's error code. All others are worth another try. */
const fileReasons: Record<string, string> = {
  ENOENT: noFile,
  ENOTDIR: noFile,
  ENAMETOOLONG: noFile,
  ERR_INVALID_ARG_VALUE: noFile, // a NUL byte in the path
  ELOOP: 'a link that leads to itself',
  EACCES: 'not readable',
  EPERM: 'not readable',
};

/**
 * What refusals of S3 mean, by its code (S3 API reference, "Error responses") or by name in the SDK. All others are
 * worth another try.
 */
const s3Reasons: Record<string, string> = {
  NoSuchKey: noObject,
  NoSuchBucket: 'no such bucket',
  InvalidBucketName: 'no such bucket',
  KeyTooLongError: noObject,
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
  InvalidRange: noBytes,
  PreconditionFailed: changed,
  MissingPackageError: 'a package is not installed',
};

/** The same by HTTP status, for S3 servers whose codes are their own. */
const reasonsByStatus: Record<number, string> = {
  301: elsewhere,
  404: noObject,
  412: changed,
  416: noBytes,
};

/** Why reading a file of this host would fail again, in words; null when it is worth another try. */
export function fileRefusal(error: unknown): string | null {
  return reasonOf(fileReasons, (error as { code?: unknown }).code);
}

/**
 * Why S3 would refuse again, in words; null when it is worth another try. A system's error code is no refusal: the file
 * that holds the credentials may be there again in a moment.
 */
export function s3Refusal(error: unknown): string | null {
  const { name, message, $metadata } = error as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return (
    reasonOf(s3Reasons, name) ??
    reasonsByStatus[$metadata?.httpStatusCode ?? 0] ??
    (/^region is missing/i.test(String(message)) ? 'no AWS region set; AWS_REGION must name it' : null)
  );
}

const reasonOf = (reasons: Record<string, string>, word: unknown): string | null =>
  typeof word === 'string' && Object.hasOwn(reasons, word) ? (reasons[word] ?? null) : null;
