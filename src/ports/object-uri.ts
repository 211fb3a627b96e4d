import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether a path segment is empty, `.` or `..`, and so names nothing itself. */
export const isWalkingSegment = (segment: string): boolean => /^\.{0,2}$/.test(segment);

/** A bucket, and the key of an object or prefix in it. An empty key means the whole bucket. */
export interface S3Location {
  bucket: string;
  key: string;
}

/** The path of a `file:///` URL, percent-encoded; null for any other text. */
export const parseFileUri = (uri: string): string | null => (uri.startsWith('file:///') ? pathOf(uri) : null);

/**
 * Parses `s3://bucket/key`, whose key is not encoded. Null for any other text, and for a key with a segment that is
 * empty, `.` or `..`, which clients and servers on the way would change.
 */
export function parseS3Uri(uri: string): S3Location | null {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined || (key !== '' && key.split('/').some(isWalkingSegment))) return null;
  return { bucket, key };
}

/** The forms of `PRISM_STORAGE`, in words. */
export const storageForm = 'file:DIR or s3://bucket/prefix';

/**
 * The name of a new bucket (Amazon S3 User Guide, "Bucket naming rules"). Old buckets may be read, but not written to.
 */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** A directory or file of this host, or a prefix in a bucket. */
export type ObjectPlace = { directory: string } | { location: S3Location };

/**
 * Parses `PRISM_STORAGE`. `file:DIR` is a plain path, relative to the working directory unless it starts with a slash.
 * `file:///DIR` is a percent-encoded URL. Null for any other text.
 */
export function parseStorageUri(uri: string): ObjectPlace | null {
  if (uri.includes('\0')) return null;
  if (uri.startsWith('file:')) {
    const directory = uri.startsWith('file://') ? pathOf(uri) : uri.slice('file:'.length) || null;
    return directory === null ? null : { directory };
  }
  const location = parseS3Uri(uri.replace(/\/$/, ''));
  return location === null || !bucketName.test(location.bucket) ? null : { location };
}

/** The form of `PRISM_SOURCES`, in words. */
export const sourcesForm = 'file:DIR or s3://bucket/prefix, several of them separated by commas';

/**
 * Parses `PRISM_SOURCES`: places in the forms of {@link parseStorageUri}, separated by commas, with buckets of any
 * name. Null if one of them has another form.
 */
export function parseSources(text: string): ObjectPlace[] | null {
  const places = text.split(',').map((part) => parsePlace(part.trim()));
  return places.every((place) => place !== null) ? places : null;
}

function parsePlace(uri: string): ObjectPlace | null {
  if (!uri.startsWith('s3:')) return parseStorageUri(uri);
  const location = parseS3Uri(uri.replace(/\/$/, ''));
  return location === null ? null : { location };
}

/** Whether an object or prefix of S3 is in a place: in its bucket, at or below its prefix, which ends at a slash. */
export function isInLocation({ bucket, key }: S3Location, place: S3Location): boolean {
  if (bucket !== place.bucket) return false;
  return place.key === '' || key === place.key || key.startsWith(`${place.key}/`);
}

/** Whether a path is a folder or is below it. Both must be absolute and without links. */
export const isAtOrBelow = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null; // another host, or an encoded slash
  }
}
