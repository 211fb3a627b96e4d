import { fileURLToPath } from 'node:url';
import { StorageError } from './errors';
import { createFileStore } from './file-store';
import { isSafeName } from './names';
import { createS3Store } from './s3-store';
import type { ObjectStore } from '../ports/object-store';

/** The forms of `PRISM_STORAGE`, in words. */
export const storageForm = "'file:DIR', 'file:///DIR' or 's3://bucket/prefix'";

/**
 * The store that a URI names. `file:DIR` is a path as it stands, relative to the working directory unless it begins
 * with a slash; `file:///DIR` is a URL, percent-encoded. `endpoint` is that of {@link createS3Store}. Nothing is opened
 * or created yet. Throws a StorageError that names `PRISM_STORAGE`, the value and the accepted forms.
 */
export function openStore(uri: string, settings: { endpoint?: string | undefined } = {}): ObjectStore {
  const directory = directoryOf(uri);
  if (directory !== null) return createFileStore(directory);
  const [, bucket, prefix] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/s.exec(uri) ?? [];
  if (bucket !== undefined && (!prefix || isSafeName(prefix))) {
    return createS3Store({ bucket, prefix: prefix ?? '', endpoint: settings.endpoint });
  }
  throw new StorageError(`PRISM_STORAGE: saw ${JSON.stringify(uri)}, expected ${storageForm}`);
}

function directoryOf(uri: string): string | null {
  if (!uri.startsWith('file:') || uri.includes('\0')) return null;
  if (!uri.startsWith('file://')) return uri.slice('file:'.length) || null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
