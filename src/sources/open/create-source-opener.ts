import { LocalFiles } from './local-file';
import { S3Objects } from './s3-object';
import type { SourceOpener } from './source-file';

/** Opens `file:///` and `s3://` URIs; `s3Endpoint` is another S3-compatible server than AWS. */
export function createSourceOpener(s3Endpoint: string | undefined): SourceOpener {
  const local = new LocalFiles();
  const objects = new S3Objects(s3Endpoint);
  return { open: (uri) => (uri.startsWith('s3://') ? objects : local).open(uri) };
}
