import { LocalFiles } from './local-file';
import { S3Objects } from './s3-object';

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

/**
 * Opens sources. Rejects with a `SourceError` when the URI names nothing that can be read, a directory, or an empty
 * file.
 */
export interface SourceOpener {
  open(uri: string): Promise<SourceFile>;
}

/** Opens `file:///` and `s3://` URIs; `s3Endpoint` is another S3-compatible server than AWS. */
export function createSourceOpener(s3Endpoint: string | undefined): SourceOpener {
  const local = new LocalFiles();
  const objects = new S3Objects(s3Endpoint);
  return { open: (uri) => (uri.startsWith('s3://') ? objects : local).open(uri) };
}
