const leastDays = 8;

/**
 * Minimum age of an object that may be removed from storage, in milliseconds. The API keeps an import for 7 days, and
 * its results may be stored up to a day after that.
 */
export const leastAgeMs = leastDays * 86_400_000;
export const leastAgeForm = `at least ${leastDays}d: results may be read until then`;

/** The folders that are cleaned, by name and in this order. */
export const cleanedFolders = ['uploads', 'results', 'pipelines'] as const;
export type CleanedFolder = (typeof cleanedFolders)[number];

/** A number of objects and their total size in bytes. */
export interface Amount {
  objects: number;
  bytes: number;
}

/** What one folder contained. */
export interface Cleaned {
  /** Old; removed unless it was a dry run. */
  removed: Amount;
  /** Old, but still needed by an open workflow. */
  needed: Amount;
  /** Too young to be removed. */
  young: Amount;
}

/** What the storage contained, by folder. */
export type CleanedStorage = Record<CleanedFolder, Cleaned>;

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** Describes an amount, such as `3 (1.2 MB)`. */
export function amountText({ objects, bytes }: Amount): string {
  if (objects === 0) return '-';
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${objects} (${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]})`;
}
