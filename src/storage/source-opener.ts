import { SourceError } from '../ports/source-error';
import type { SourceOpener } from '../ports/source-opener';
import { openFileSource } from './file-source';
import type { S3Objects } from './s3-objects';
import { openS3Source } from './s3-source';
import { parseFileUri, parseS3Uri, type ObjectPlace } from '../ports/object-uri';
import { requireAllowedObject } from './source-walls';

/**
 * Creates an opener for `file:///` URIs on this host and `s3://` URIs among these objects, inside one of the places.
 * Null, for a user's own process, allows any place.
 */
export function createSourceOpener(objects: S3Objects, places: readonly ObjectPlace[] | null): SourceOpener {
  return {
    check: checkSourceUri,
    open: async (uri) => {
      if (!uri.startsWith('s3://')) return openFileSource(uri, places);
      if (places !== null) requireAllowedObject(uri, places);
      return openS3Source(objects, uri);
    },
  };
}

/** Throws a `SourceError` unless the URI is a `file:///` URL or `s3://bucket/key`. */
export function checkSourceUri(uri: string): void {
  if (parseFileUri(uri) !== null || Boolean(parseS3Uri(uri)?.key)) return;
  const accepted =
    "file:///path without encoded slashes, or s3://bucket/key of which no part is empty, '.' or '..'";
  throw new SourceError('source.uri', uri, accepted);
}
