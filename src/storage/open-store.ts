import type { ObjectStore } from '../ports/object-store';
import { createFileStore } from './file-store';
import { isSafeName } from './names';
import { S3Objects } from './s3-objects';
import { createS3Store } from './s3-store';
import { StorageError } from './storage-error';
import { parseFileUri, parseS3Uri } from './uri';

/** The forms of `PRISM_STORAGE`, in words. */
export const storageForm = "'file:DIR', 'file:///DIR' or 's3://bucket/prefix'";

/**
 * The store that a URI names. `file:DIR` is a path as it stands, relative to the working directory unless it begins
 * with a slash; `file:///DIR` is a URL, percent-encoded. Nothing is opened or created yet. Throws a StorageError that
 * names `PRISM_STORAGE`, the value and the accepted forms.
 */
export function openStore(uri: string, objects: S3Objects = new S3Objects()): ObjectStore {
  const directory = directoryOf(uri);
  if (directory !== null) return createFileStore(directory);
  const location = parseS3Uri(uri.replace(/\/$/, ''));
  if (location !== null && (location.key === '' || isSafeName(location.key))) {
    return createS3Store(location, objects);
  }
  throw new StorageError(`PRISM_STORAGE: saw ${JSON.stringify(uri)}, expected ${storageForm}`);
}

function directoryOf(uri: string): string | null {
  if (!uri.startsWith('file:') || uri.includes('\0')) return null;
  return uri.startsWith('file://') ? parseFileUri(uri) : uri.slice('file:'.length) || null;
}
