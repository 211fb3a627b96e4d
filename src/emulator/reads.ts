import { invalidRequest, ok, refuse, type Answer } from './answers';
import type { RecordTable, StoredRecord } from './records';

const defaultLimit = 25;
const largestLimit = 50;
const reserved = new Set(['limit', 'cursor', 'select', 'sort', 'list_id', 'deleted', 'include_total']);

/** Answers `GET /{kind}/count`. */
export const countRecords = (table: RecordTable): Answer => ok({ total: table.size });

/** Answers `GET /{kind}/{id}`: properties by place, those of `select` or all. */
export function getRecord(table: RecordTable, id: string, query: string): Answer {
  const record = table.get(id);
  if (record === undefined) return refuse(404, 'not_found', 'Record not found');
  const body = {
    id,
    default: selected(record.default, new URLSearchParams(query).get('select')),
    ...(record.list && { list: record.list }),
    ...(record.extended && { extended: record.extended }),
  };
  return ok(body, 200, { etag: `"${record.version}"` });
}

/**
 * Answers `GET /{kind}` with a page in order of creation: `limit` (default 25, capped at 50), `cursor`, `select`, `include_total`, and equality on any property
 * by its slug. `sort`, `list_id` and `deleted` have no effect.
 */
export function listRecords(table: RecordTable, query: string): Answer {
  const parameters = new URLSearchParams(query);
  const limit = wholeNumber(parameters.get('limit') ?? String(defaultLimit));
  const offset = parameters.has('cursor') ? offsetOf(parameters.get('cursor') ?? '') : 0;
  if (limit === null || limit < 1) return invalid('limit', 'must be integer >= 1');
  if (offset === null) return invalid('cursor', 'must be a cursor from an earlier page');
  const filters = [...parameters].filter(([name]) => !reserved.has(name));
  const records =
    filters.length === 0 ? table.all() : table.all().filter((record) => matches(record, filters));
  const end = offset + Math.min(limit, largestLimit);
  const hasMore = end < records.length;
  return ok({
    data: records.slice(offset, end).map((record) => ({
      id: record.id,
      properties: selected(record.default, parameters.get('select')),
    })),
    has_more: hasMore,
    next_cursor: hasMore ? cursorOf(end) : null,
    ...(parameters.get('include_total') === 'true' && { total: records.length }),
  });
}

function matches(record: StoredRecord, filters: [string, string][]): boolean {
  return filters.every(([slug, value]) => {
    const held = record.default[slug];
    return (
      held !== undefined &&
      held !== null &&
      (typeof held === 'string' ? held : JSON.stringify(held)) === value
    );
  });
}

function selected(properties: Record<string, unknown>, select: string | null): Record<string, unknown> {
  if (select === null || select === '') return properties;
  const slugs = new Set(select.split(','));
  return Object.fromEntries(Object.entries(properties).filter(([slug]) => slugs.has(slug)));
}

const cursorOf = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url');

function offsetOf(cursor: string): number | null {
  const [, digits] = /^offset:(.*)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return digits === undefined ? null : wholeNumber(digits);
}

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

const invalid = (name: string, message: string): Answer =>
  invalidRequest([{ field: `.query.${name}`, message, code: 'type.openapi.validation' }]);
