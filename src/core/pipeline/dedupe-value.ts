import type { ImportOptions, ImportRow } from '../api/import-job';

/** The property that `dedupe_by` names; null without `dedupe_by`. */
export function dedupeProperty({ dedupe_by }: Pick<ImportOptions, 'dedupe_by'>): string | null {
  return (Array.isArray(dedupe_by) ? dedupe_by[0] : dedupe_by) ?? null;
}

/**
 * Whether a row has a value by which the API can find its record again, in the property that `dedupe_by` names. A
 * missing value, null, blanks, or a list of nothing else do not count. Such a row must never be sent twice, because the
 * API would create another record each time.
 */
export function hasDedupeValue(row: Pick<ImportRow, 'default'>, property: string): boolean {
  const values = row.default;
  // A slug may equal the name of an inherited property, such as `constructor`.
  return values !== undefined && Object.hasOwn(values, property) && isValue(values[property]);
}

/** Spaces of every kind, controls and invisible characters, all of which an API may trim. */
const blank = /^[\s\p{Z}\p{Cc}\p{Cf}]*$/u;

function isValue(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return !blank.test(value);
  return !Array.isArray(value) || value.some(isValue);
}
