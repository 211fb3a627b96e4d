/** An open source, read by byte ranges. The caller must close it. */
export interface SourceFile {
  readonly size: number;
  /**
   * The bytes from `start` to `end` (exclusive); fewer at the end of the file. Rejects with a `SourceError` if the
   * source is gone.
   */
  read(start: number, end: number): Promise<Buffer>;
  /** Whether the source is unchanged since it was opened, as far as its size, location and time show. */
  isUnchanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens sources by their URIs. */
export interface SourceOpener {
  /** Throws a `SourceError` if a URI does not have the form of a source's. Opens nothing. */
  check(uri: string): void;
  /** Rejects with a `SourceError` if the URI names a directory, an empty file, or nothing that can be read. */
  open(uri: string): Promise<SourceFile>;
}
