/** An operation on storage failed. The message says what was tried, on which URI, and what was seen. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Why a retry would fail again, in words; null if it may succeed. */
  readonly refusal: string | null;
  /** Whether the object does not exist. */
  readonly missing: boolean;
  /** Whether the URI points outside the store. */
  readonly outside: boolean;

  constructor(
    message: string,
    {
      refusal = null,
      missing = false,
      outside = false,
      cause,
    }: { refusal?: string | null; missing?: boolean; outside?: boolean; cause?: Error } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.refusal = refusal;
    this.missing = missing;
    this.outside = outside;
  }
}
