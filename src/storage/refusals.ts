const elsewhere = 'the bucket is in another region; AWS_REGION must name it';
const denied = 'access denied to these AWS credentials';
const changed = 'changed while it was read';
/** Reason of this host for a missing file. */
export const noFile = 'no such file';
/** Reason of S3 for a range that starts at or after the end of an object. */
export const noBytes = 'an empty object';
/** Reason of S3 for a missing object. */
export const noObject = 'no such object';

/** Reasons for errors of this host's files, by the system's error code. All other errors are worth a retry. */
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
 * Reasons for errors of S3, by its code (S3 API reference, "Error responses") or by name in the SDK. All other errors
 * are worth a retry.
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

/** The same by HTTP status, for S3 servers with codes of their own. */
const reasonsByStatus: Record<number, string> = {
  301: elsewhere,
  404: noObject,
  412: changed,
  416: noBytes,
};

/** Why reading a file of this host would fail again, in words; null if it is worth a retry. */
export function fileRefusal(error: unknown): string | null {
  return reasonOf(fileReasons, (error as { code?: unknown }).code);
}

/**
 * Why S3 would refuse again, in words; null if it is worth a retry. A system error does not count as a refusal, since
 * the file with the credentials may be back in a moment.
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
