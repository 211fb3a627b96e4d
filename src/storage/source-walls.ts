import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  isAtOrBelow,
  isInLocation,
  parseS3Uri,
  parseStorageUri,
  type ObjectPlace,
} from '../ports/object-uri';
import { SourceError } from '../ports/source-error';
import { uploadsFolder } from '../ports/storage-layout';

/**
 * The places from which sources may be read: those that the operator configures, and the uploads in the storage, if
 * any.
 */
export function allowedPlaces(sources: readonly ObjectPlace[], storage: string | null): ObjectPlace[] {
  const place = storage === null ? null : parseStorageUri(storage);
  if (place === null) return [...sources];
  if ('directory' in place) return [...sources, { directory: join(place.directory, uploadsFolder) }];
  const { bucket, key } = place.location;
  const uploads = key === '' ? uploadsFolder : `${key}/${uploadsFolder}`;
  return [...sources, { location: { bucket, key: uploads } }];
}

const notAllowed = '(not in a place that the workers may read)';

/** Whether an error's message is that of {@link outside}. */
export const isOutside = (message: string): boolean => message.includes(notAllowed);

/** The same answer for everything outside, whether it exists or not. */
export const outside = (uri: string): SourceError =>
  new SourceError(
    'source.uri',
    `${uri} ${notAllowed}`,
    'a file or object in a place of PRISM_SOURCES, or a local path given to `prism-imports import`',
  );

/** Throws {@link outside} unless an `s3://` URI is in one of the places. */
export function requireAllowedObject(uri: string, places: readonly ObjectPlace[]): void {
  const object = parseS3Uri(uri);
  const isAllowed =
    object !== null &&
    object.key !== '' &&
    places.some((place) => 'location' in place && isInLocation(object, place.location));
  if (!isAllowed) throw outside(uri);
}

/**
 * Resolves a path's links if the result is in one of the places. Throws {@link outside} if it is not, or would not be
 * if it existed, and the system's error for a path inside. Opens nothing.
 */
export async function realPathInside(
  uri: string,
  path: string,
  places: readonly ObjectPlace[],
): Promise<string> {
  const directories = places.flatMap((place) => ('directory' in place ? resolve(place.directory) : []));
  const roots = await Promise.all(directories.map((directory) => realpath(directory).catch(() => null)));
  const isInside = (real: string) => roots.some((root) => root !== null && isAtOrBelow(real, root));
  try {
    const real = await realpath(path);
    if (isInside(real)) return real;
  } catch (error) {
    if (await wouldBeInside(path, isInside)) throw error;
  }
  throw outside(uri);
}

/** Judges a path that does not exist by the part of it that does. A dangling link may point outside. */
async function wouldBeInside(path: string, isInside: (real: string) => boolean): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return false;
  const real = await realpath(parent).catch(() => null);
  if (real === null) return wouldBeInside(parent, isInside);
  if (!isInside(real)) return false;
  const found = await lstat(join(real, basename(path))).catch(() => null);
  return found === null || !found.isSymbolicLink();
}

/** Whether an opened file is the one at a path without links, because a link may have been put there before opening. */
export async function isSameFile(real: string, opened: Stats): Promise<boolean> {
  const [again, now] = await Promise.all([realpath(real), lstat(real)]);
  return again === real && now.ino === opened.ino && now.dev === opened.dev;
}
