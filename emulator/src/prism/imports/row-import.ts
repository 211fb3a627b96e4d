import type { ImportOptions, ImportRow, JobError, ObjectType, RowResult } from '../contract';
import type { RowRule } from '../jobs/job-script';
import type { Random } from '../../random';
import type { RecordTable } from '../workspace/records';
import type { NewOption, PropertyBook } from './properties';

/** The target of an import. */
export interface ImportTarget {
  teamId: string;
  kind: ObjectType;
  table: RecordTable;
  properties: PropertyBook;
  generation: 1 | 2;
}

/** The effects of an import: a result per row, in order, and everything it wrote. */
export interface RowImport {
  results: RowResult[];
  /** Record id and the row written there. */
  writes: [string, ImportRow][];
  newOptions: NewOption[];
}

/**
 * Imports rows in order. A row with the same dedupe value as an earlier one finds its record, also within one import.
 * Without `dedupe_by`, or if the row lacks the value, a new record is created.
 */
export function importRows(
  target: ImportTarget,
  rows: readonly ImportRow[],
  options: ImportOptions,
  rules: readonly RowRule[],
  random: Random,
): RowImport {
  const done: RowImport = { results: [], writes: [], newOptions: [] };
  const { dedupe_by, caseInsensitive = true } = options;
  const slug = Array.isArray(dedupe_by) ? dedupe_by[0] : dedupe_by;
  // The first generation does not know this option, and so ignores it.
  const updates = target.generation === 2 && options.update_existing === true;
  const find = (row: ImportRow) =>
    slug === undefined ? [] : target.table.find(slug, row.default?.[slug], caseInsensitive);

  rows.forEach((given, position) => {
    const error = scriptedError(rules, given, position, random);
    const written = error === null ? writtenRow(target, given, options, done.newOptions) : { error };
    if ('error' in written) return done.results.push(failed(target, position, written.error));
    const { row } = written;
    const [record, ...others] = find(row);
    if (record !== undefined && others.length > 0) {
      const message = `${slug}: ${others.length + 1} records have this value`;
      return done.results.push(failed(target, position, { code: 'multiple_matches', message }));
    }
    const id = record?.id ?? random.uuid();
    if (record === undefined || updates) {
      target.table.put(id, row);
      done.writes.push([id, row]);
    }
    const existing = record !== undefined;
    done.results.push(
      target.generation === 2
        ? { input_index: position, id, created: !existing, existing, updated: existing && updates }
        : { id, created: !existing, existing },
    );
  });
  return done;
}

function failed({ generation }: ImportTarget, position: number, error: JobError): RowResult {
  const result = { id: null, created: false, error };
  return generation === 2 ? { input_index: position, ...result } : result;
}

function scriptedError(
  rules: readonly RowRule[],
  row: ImportRow,
  position: number,
  random: Random,
): JobError | null {
  const rule = rules.find(({ positions, every, share, where }) => {
    if (positions !== undefined) return positions.includes(position);
    if (every !== undefined) return (position + 1) % every === 0;
    if (share !== undefined) return random.fraction() < share;
    return Object.entries(where ?? {}).every(([slug, value]) => row.default?.[slug] === value);
  });
  return rule?.error ?? null;
}

/** The row as it is stored, or why it is refused. */
function writtenRow(
  target: ImportTarget,
  row: ImportRow,
  options: ImportOptions,
  newOptions: NewOption[],
): { row: ImportRow } | { error: JobError } {
  const error = rowError(row, target, options);
  if (error !== null) return { error };
  const normal = target.kind === 'contact' ? withNormalEmail(row) : row;
  if (!target.properties.defines(target.kind) || normal.default === undefined) return { row: normal };
  const { teamId, kind, properties, generation } = target;
  const creates = generation === 2 && options.create_missing_options === true;
  const stored: [string, unknown][] = [];
  const created: NewOption[] = [];
  for (const [slug, value] of Object.entries(normal.default)) {
    const written = properties.write(teamId, kind, slug, value, creates);
    if ('error' in written) return written;
    stored.push([slug, written.value]);
    for (const option of written.newOptions ?? []) created.push({ slug, option });
  }
  for (const option of created) {
    properties.addOption(teamId, kind, option);
    newOptions.push(option);
  }
  return { row: { ...normal, default: Object.fromEntries(stored) } };
}

/** The error of a row that fails in every workspace, or null. */
function rowError(
  row: ImportRow,
  { kind, generation }: ImportTarget,
  options: ImportOptions,
): JobError | null {
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
  if (generation === 1 || options.require_list_stage !== true) return null;
  const listId = (options.list_id ?? options.crm_id)?.toLowerCase();
  const stage = listId === undefined ? undefined : row.list?.[listId]?.['app_stage'];
  return stage === undefined || stage === null ? invalidValue('app_stage: missing for the list') : null;
}

/** Normalizes addresses as the API does on write: removes the plus-tag, and dots at Gmail (API guide, simple SDK). */
function withNormalEmail(row: ImportRow): ImportRow {
  const email = row.default?.['email'];
  if (typeof email !== 'string') return row;
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const name = email.slice(0, at).replace(/\+.*$/s, '');
  const plain = domain.toLowerCase() === 'gmail.com' ? name.replaceAll('.', '') : name;
  const normal = `${plain}@${domain}`;
  return normal === email ? row : { ...row, default: { ...row.default, email: normal } };
}

const invalidValue = (message: string): JobError => ({ code: 'invalid_value', message });
