/** An open source: its size in bytes and its bytes by range. Close it. */
export interface SourceFile {
  readonly size: number;
  /**
   * The bytes from `start` to `end` (exclusive); fewer when the file ends before. Rejects with a `SourceError` when the
   * source is gone.
   */
  read(start: number, end: number): Promise<Buffer>;
  /** Whether the source is still what was opened, as far as its size, place and time tell. */
  isUnchanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens sources by their URIs. */
export interface SourceOpener {
  /** Throws a `SourceError` for a URI of another form than a source's; opens nothing. */
  check(uri: string): void;
  /** Rejects with a `SourceError` when the URI names nothing that can be read, a directory, or an empty file. */
  open(uri: string): Promise<SourceFile>;
}
