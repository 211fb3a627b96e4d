import { parseStorageUri, storageForm } from '../ports/object-uri';
import type { ObjectStore } from '../ports/object-store';
import { createFileStore } from './file-store';
import { isSafeName } from './names';
import { S3Objects } from './s3-objects';
import { createS3Store } from './s3-store';
import { StorageError } from '../ports/storage-error';

/**
 * The store at a URI in one of the forms of {@link parseStorageUri}. Opens and creates nothing yet. Throws a
 * StorageError that names `PRISM_STORAGE`, the value and the accepted forms.
 */
export function openStore(uri: string, objects: S3Objects = new S3Objects()): ObjectStore {
  const place = parseStorageUri(uri);
  if (place !== null && 'directory' in place) return createFileStore(place.directory);
  if (place !== null && (place.location.key === '' || isSafeName(place.location.key))) {
    return createS3Store(place.location, objects);
  }
  throw new StorageError(`PRISM_STORAGE: saw ${JSON.stringify(uri)}, expected ${storageForm}`);
}
