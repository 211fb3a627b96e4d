import { realpathSync } from 'node:fs';
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

/** The path after links; of what is not there yet, as far as it is. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realPath(parent), basename(whole));
  }
}
