import { isWalkingSegment } from '../ports/object-uri';
import { StorageError } from '../ports/storage-error';

const maxSegmentBytes = 255;

/**
 * Whether a name, relative to a store's root, stays inside it and can be a file: segments of 1 to 255 bytes between
 * slashes, none of them `.` or `..`, without control characters or backslashes.
 */
export function isSafeName(name: string): boolean {
  return name.split('/').every(isSafeSegment);
}

/** Throws a StorageError for a name that {@link isSafeName} refuses. */
export function assertSafeName(name: string): void {
  if (isSafeName(name)) return;
  throw new StorageError(
    `${JSON.stringify(name)} is no name in a store: expected segments of 1 to ${maxSegmentBytes} bytes between slashes, no '.', '..', backslash or control character`,
  );
}

function isSafeSegment(segment: string): boolean {
  return (
    !isWalkingSegment(segment) &&
    !/[\p{Cc}\p{Cs}\\]/u.test(segment) &&
    Buffer.byteLength(segment) <= maxSegmentBytes
  );
}
