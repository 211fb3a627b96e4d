import { SourceError } from '../ports/source-error';
import type { SourceOpener } from '../ports/source-opener';
import { openFileSource } from './file-source';
import type { S3Objects } from './s3-objects';
import { openS3Source } from './s3-source';
import { parseFileUri, parseS3Uri } from '../ports/object-uri';

/** Opens `file:///` URIs on this host, and `s3://` URIs among these objects. */
export function createSourceOpener(objects: S3Objects): SourceOpener {
  return {
    check: checkSourceUri,
    open: (uri) => (uri.startsWith('s3://') ? openS3Source(objects, uri) : openFileSource(uri)),
  };
}

/** Throws a `SourceError` for what is neither a `file:///` URL nor `s3://bucket/key`. */
export function checkSourceUri(uri: string): void {
  if (parseFileUri(uri) !== null || Boolean(parseS3Uri(uri)?.key)) return;
  const accepted =
    "file:///path without encoded slashes, or s3://bucket/key of which no part is empty, '.' or '..'";
  throw new SourceError('source.uri', uri, accepted);
}
