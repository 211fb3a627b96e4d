import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { InputProblem } from '../core/validation';
import { isAtOrBelow, isInLocation, parseStorageUri, type ObjectPlace } from '../ports/object-uri';

/**
 * A problem if a place for sources contains the storage or lies in it, because plans, reports and results of others
 * could then be imported. Null if they are separate.
 */
export function checkOverlap(
  storage: string | null,
  sources: readonly ObjectPlace[],
  given: string,
): InputProblem | null {
  const store = storage === null ? null : parseStorageUri(storage);
  if (store === null || !sources.some((source) => overlap(source, store))) return null;
  const seen = `${JSON.stringify(given)} with PRISM_STORAGE ${JSON.stringify(storage)}`;
  return {
    field: 'PRISM_SOURCES',
    seen,
    accepted: 'places apart from PRISM_STORAGE, neither one in the other',
  };
}

function overlap(one: ObjectPlace, other: ObjectPlace): boolean {
  if ('location' in one) {
    if (!('location' in other)) return false;
    return isInLocation(one.location, other.location) || isInLocation(other.location, one.location);
  }
  if (!('directory' in other)) return false;
  const [first, second] = [realPath(one.directory), realPath(other.directory)];
  return isAtOrBelow(first, second) || isAtOrBelow(second, first);
}

/** How many symbolic links a path may go through, as on Linux. */
const maxLinks = 40;

/** Resolves symbolic links in a path, as far as it exists, including links to targets that do not exist yet. */
function realPath(path: string, links = maxLinks): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const parent = dirname(whole);
    if (parent === whole) return whole;
    const place = join(realPath(parent, links), basename(whole));
    const target = targetOf(place);
    return target === null || links === 0 ? place : realPath(resolve(dirname(place), target), links - 1);
  }
}

/** The target of a symbolic link, or null for anything else. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
