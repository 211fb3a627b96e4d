import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether a part of a path does not stand for a name of its own: empty, `.` or `..`. */
export const isWalkingSegment = (segment: string): boolean => /^\.{0,2}$/.test(segment);

/** A bucket, and the key of an object or a prefix in it; empty for the whole bucket. */
export interface S3Location {
  bucket: string;
  key: string;
}

/** The path of a `file:///` URL, percent-encoded; null for any other text. */
export const parseFileUri = (uri: string): string | null => (uri.startsWith('file:///') ? pathOf(uri) : null);

/**
 * Where `s3://bucket/key` leads; keys stand in it as they are, without encoding. Null for any other text, and for a key
 * with a part that is empty, `.` or `..`: clients and servers on the way make another key of it.
 */
export function parseS3Uri(uri: string): S3Location | null {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined || (key !== '' && key.split('/').some(isWalkingSegment))) return null;
  return { bucket, key };
}

/** The forms of `PRISM_STORAGE`, in words. */
export const storageForm = 'file:DIR or s3://bucket/prefix';

/** A new bucket's name (Amazon S3 User Guide, "Bucket naming rules"); old ones may be read, not written to. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** A directory or file of this host, or a prefix in a bucket. */
export type ObjectPlace = { directory: string } | { location: S3Location };

/**
 * Where `PRISM_STORAGE` leads. `file:DIR` is a path as it stands, relative to the working directory unless it begins
 * with a slash; `file:///DIR` is a URL, percent-encoded. Null for any other text.
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
 * Where `PRISM_SOURCES` leads: places of the forms of {@link parseStorageUri}, but for buckets of any name, separated
 * by commas. Null when one of them has another form.
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

/** Whether an object or prefix of S3 lies in a place: in its bucket, at or below its prefix, which ends at a slash. */
export function isInLocation({ bucket, key }: S3Location, place: S3Location): boolean {
  if (bucket !== place.bucket) return false;
  return place.key === '' || key === place.key || key.startsWith(`${place.key}/`);
}

/** Whether a path is a folder or lies below it; both absolute and without links. */
export const isAtOrBelow = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null; // another host, or an encoded slash
  }
}
