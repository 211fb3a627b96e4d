import type { ImportOptions, ImportRow } from '../api/import-job';

/** The property that `dedupe_by` names; null when an import has none. */
export function dedupeProperty({ dedupe_by }: Pick<ImportOptions, 'dedupe_by'>): string | null {
  return (Array.isArray(dedupe_by) ? dedupe_by[0] : dedupe_by) ?? null;
}

/**
 * Whether a row has a value by which the API can find its record again, given the property that `dedupe_by` names. A
 * row that lacks it, or holds null, nothing but blanks, or a list of nothing else there, is created anew by every
 * repetition: it must never be sent twice.
 */
export function hasDedupeValue(row: Pick<ImportRow, 'default'>, property: string): boolean {
  const values = row.default;
  // A slug may be the name of what every object inherits, such as `constructor`.
  return values !== undefined && Object.hasOwn(values, property) && isValue(values[property]);
}

/** Spaces of every kind, controls, and characters that nobody sees: an API may well trim these too. */
const blank = /^[\s\p{Z}\p{Cc}\p{Cf}]*$/u;

function isValue(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return !blank.test(value);
  return !Array.isArray(value) || value.some(isValue);
}
