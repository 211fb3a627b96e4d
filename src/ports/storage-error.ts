/** Storage could not do what it was asked; the message says what was tried, on which URI, and what was seen. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Why it would fail again, in words; null when another try may succeed. */
  readonly refusal: string | null;
  /** Whether the object is not there. */
  readonly missing: boolean;
  /** Whether the URI leads out of the store. */
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
