import { noObject } from './refusals';

/** Storage could not do what it was asked; the message says what was tried, on which URI, and what was seen. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Why it would fail again, in words; null when another try may succeed. */
  readonly refusal: string | null;
  /** Whether the object is not there. */
  readonly missing: boolean;

  constructor(
    message: string,
    {
      refusal = null,
      missing = false,
      cause,
    }: { refusal?: string | null; missing?: boolean; cause?: Error } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.refusal = refusal;
    this.missing = missing;
  }
}

/**
 * A StorageError about what was tried; the cause is a copy of message and code, since SDK errors hold requests and
 * responses. `refusal` says why it would fail again, if that is known.
 */
export function storageError(tried: string, error: unknown, refusal: string | null = null): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const kind = [code, name].find((word) => typeof word === 'string' && word !== 'Error');
  const reason = typeof message === 'string' && message !== '' ? message : 'no reason given';
  const seen = typeof kind === 'string' && !reason.includes(kind) ? `${kind}: ${reason}` : reason;
  const missing = code === 'ENOENT' || refusal === noObject;
  return new StorageError(`${tried}: ${seen}`, { refusal, missing, cause: new Error(seen) });
}
