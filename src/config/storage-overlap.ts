import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { InputProblem } from '../core/validation';
import { isAtOrBelow, isInLocation, parseStorageUri, type ObjectPlace } from '../ports/object-uri';

/**
 * What is wrong when a place that sources may be read from holds the storage or lies in it: plans, reports and results
 * of others could be imported. Null when they are apart.
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

/** Most links that a path goes through, as Linux has it. */
const maxLinks = 40;

/** The path after links; of what is not there yet, as far as it is, and where links that lead there will lead. */
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

/** What a symbolic link says, or null for anything else. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
