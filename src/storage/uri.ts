import { fileURLToPath } from 'node:url';
import { isWalkingSegment } from './names';

/** A bucket, and the key of an object or a prefix in it; empty for the whole bucket. */
export interface S3Location {
  bucket: string;
  key: string;
}

/** The path of a `file:///` URL, percent-encoded; null for any other text. */
export function parseFileUri(uri: string): string | null {
  if (!uri.startsWith('file:///')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null; // an encoded slash
  }
}

/**
 * Where `s3://bucket/key` leads; keys stand in it as they are, without encoding. Null for any other text, a name that no
 * bucket can have, and a key with a part that is empty, `.` or `..`: clients and servers on the way make another key of
 * it.
 */
export function parseS3Uri(uri: string): S3Location | null {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined || (key !== '' && key.split('/').some(isWalkingSegment))) return null;
  return { bucket, key };
}
