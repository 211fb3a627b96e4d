import type { ImportOptions, ImportRow, JobError, ObjectType, RowResult } from '../domain/import-job';
import type { RecordTable } from './records';

/**
 * Imports rows into a table, in order, and returns a result for each, in the same order. A row that repeats the dedupe value of an earlier one
 * finds that one's record, also within the same import. Without `dedupe_by`, or when the row has no such value, a record is created.
 */
export function importRows(
  table: RecordTable,
  kind: ObjectType,
  rows: readonly ImportRow[],
  options: ImportOptions,
  newId: () => string,
): RowResult[] {
  const importRow = rowImporter(table, kind, options, newId);
  return rows.map(importRow);
}

function rowImporter(table: RecordTable, kind: ObjectType, options: ImportOptions, newId: () => string) {
  const { dedupe_by, caseInsensitive = true, update_existing = false } = options;
  const slug = Array.isArray(dedupe_by) ? dedupe_by[0] : dedupe_by;
  return (row: ImportRow, input_index: number): RowResult => {
    const error = rowError(row, kind, options);
    if (error !== null) return failed(input_index, error);
    const found = slug === undefined ? [] : table.find(slug, row.default?.[slug], caseInsensitive);
    const [record] = found;
    if (found.length > 1) {
      return failed(input_index, {
        code: 'multiple_matches',
        message: `${slug}: ${found.length} records have this value`,
      });
    }
    if (record === undefined) {
      const id = newId();
      table.add(id, row);
      return { input_index, id, created: true, existing: false, updated: false };
    }
    if (update_existing) table.update(record, row);
    return { input_index, id: record.id, created: false, existing: true, updated: update_existing };
  };
}

const failed = (input_index: number, error: JobError): RowResult => ({
  input_index,
  id: null,
  created: false,
  error,
});

/** What is wrong with the values of a row, or null. Property definitions are not emulated, so only what holds in every workspace is checked. */
function rowError(row: ImportRow, kind: ObjectType, options: ImportOptions): JobError | null {
  for (const slug in row.default) {
    const value = row.default[slug];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return invalidValue(`${slug}: not a string, number, boolean, array or null`);
    }
  }
  const email = kind === 'contact' ? row.default?.['email'] : null;
  if (email !== undefined && email !== null && !(typeof email === 'string' && email.includes('@'))) {
    return invalidValue('email: not an address');
  }
  if (options.require_list_stage !== true) return null;
  const listId = (options.list_id ?? options.crm_id)?.toLowerCase();
  const stage = listId === undefined ? undefined : row.list?.[listId]?.['app_stage'];
  return stage === undefined || stage === null ? invalidValue('app_stage: missing for the list') : null;
}

const invalidValue = (message: string): JobError => ({ code: 'invalid_value', message });
