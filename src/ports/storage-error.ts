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
