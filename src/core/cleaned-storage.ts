const leastDays = 8;

/**
 * Nothing younger is removed from a storage, in milliseconds: the API keeps an import for 7 days, and what is found at
 * the end of these may be a day late.
 */
export const leastAgeMs = leastDays * 86_400_000;
export const leastAgeForm = `at least ${leastDays}d: results may be read until then`;

/** What is cleaned, in this order: the names are those of the folders. */
export const cleanedFolders = ['uploads', 'results', 'pipelines'] as const;
export type CleanedFolder = (typeof cleanedFolders)[number];

/** Objects, and their bytes. */
export interface Amount {
  objects: number;
  bytes: number;
}

/** What was found in one folder. */
export interface Cleaned {
  /** Old, and removed unless it was a trial. */
  removed: Amount;
  /** Old, and still needed by open work. */
  needed: Amount;
  /** Not old enough. */
  young: Amount;
}

/** What was found in a storage. */
export type CleanedStorage = Record<CleanedFolder, Cleaned>;

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** An amount in words, such as `3 (1.2 MB)`. */
export function amountText({ objects, bytes }: Amount): string {
  if (objects === 0) return '-';
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${objects} (${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]})`;
}
