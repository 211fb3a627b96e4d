import { z } from 'zod';
import { invalidRequest, ok, refuse, type Answer, type FieldError } from '../../http/answers';
import type { JsonBody } from '../../http/request';
import type { RecordTable, StoredRecord } from './records';

const defaultLimit = 25;
const largestLimit = 50;
const reserved = new Set(['limit', 'cursor', 'select', 'sort', 'list_id', 'deleted', 'include_total']);

/** Answers `GET /{kind}/count`. */
export const countRecords = (table: RecordTable): Answer => ok({ total: table.size });

/** Answers `GET /{kind}/{id}` with the properties, grouped by place: those in `select`, or all. */
export function getRecord(table: RecordTable, id: string, query: string): Answer {
  const record = table.get(id);
  if (record === undefined) return refuse(404, 'not_found', 'Record not found');
  return viewRecord(record, new URLSearchParams(query).get('select'));
}

/** Answers `GET /{kind}/by/{slug}/{value}`: 404 if no record has the value, 409 if several have. */
export function findRecord(table: RecordTable, slug: string, value: string): Answer {
  const [record, ...others] = table.all().filter((each) => textOf(each.default[slug]) === value);
  if (record === undefined) return refuse(404, 'not_found', 'Record not found');
  if (others.length === 0) return viewRecord(record, null);
  return refuse(409, 'multiple_matches', `${slug}: ${others.length + 1} records have this value`);
}

/**
 * Answers `GET /{kind}` with a page in order of creation. Supports `limit` (default 25, at most 50), `cursor`,
 * `select`, `include_total`, and equality of any property by its slug. Ignores `sort`, `list_id` and `deleted`.
 */
export function listRecords(table: RecordTable, query: string): Answer {
  const parameters = new URLSearchParams(query);
  const limit = wholeNumber(parameters.get('limit') ?? String(defaultLimit));
  const offset = offsetOf(parameters.get('cursor'));
  if (limit === null || limit < 1) return invalid('.query.limit', 'must be integer >= 1');
  if (offset === null) return invalid('.query.cursor', 'must be a cursor from an earlier page');
  const filters = [...parameters].filter(([name]) => !reserved.has(name));
  const records =
    filters.length === 0
      ? table.all()
      : table
          .all()
          .filter((record) => filters.every(([slug, value]) => textOf(record.default[slug]) === value));
  return page(records, {
    offset,
    limit: Math.min(limit, largestLimit),
    select: parameters.get('select')?.split(',') ?? null,
    withTotal: parameters.get('include_total') === 'true',
  });
}

const limitForm = `must be integer from 1 to ${largestLimit}`;
const notEmulated = z.undefined({ error: 'is not emulated: ask by id or cursor' });
const querySchema = z.looseObject(
  {
    query: z.looseObject(
      {
        select: z
          .array(z.string(), { error: 'must be array of string' })
          .min(1, { error: 'must NOT be empty' }),
        limit: z
          .int({ error: limitForm })
          .min(1, { error: limitForm })
          .max(largestLimit, { error: limitForm })
          .optional(),
        cursor: z.string().nullish(),
        filter: notEmulated.optional(),
        sort: notEmulated.optional(),
        page: notEmulated.optional(),
      },
      { error: "must have required property 'query'" },
    ),
    id: z.union([z.string(), z.array(z.string())], { error: 'must be string or array of string' }).optional(),
    cursor: z.string().nullish(),
    include_total: z.boolean().optional(),
  },
  { error: 'must be object' },
);

/**
 * Answers `POST /{kind}/query` with a page of all records in order of creation, or of the given ids in their order.
 * Refuses `filter`, `sort` and `page`.
 */
export function queryRecords(table: RecordTable, body: JsonBody): Answer {
  const parsed = querySchema.safeParse(body.valid ? body.value : undefined);
  if (!parsed.success) return invalidRequest(parsed.error.issues.map(fieldError));
  const { query, id, cursor, include_total } = parsed.data;
  const offset = offsetOf(query.cursor ?? cursor ?? null);
  if (offset === null) return invalid('.body.query.cursor', 'must be a cursor from an earlier page');
  const ids = id === undefined ? null : new Set(typeof id === 'string' ? [id] : id);
  const found = ids === null ? table.all() : [...ids].flatMap((each) => table.get(each) ?? []);
  const options = {
    offset,
    limit: query.limit ?? defaultLimit,
    select: query.select,
    withTotal: include_total === true,
  };
  return page(found, options);
}

interface PageOptions {
  offset: number;
  limit: number;
  select: readonly string[] | null;
  withTotal: boolean;
}

function page(records: readonly StoredRecord[], { offset, limit, select, withTotal }: PageOptions): Answer {
  const end = offset + limit;
  const hasMore = end < records.length;
  return ok({
    data: records
      .slice(offset, end)
      .map((record) => ({ id: record.id, properties: selected(record.default, select) })),
    has_more: hasMore,
    next_cursor: hasMore ? cursorOf(end) : null,
    ...(withTotal && { total: records.length }),
  });
}

function viewRecord(record: StoredRecord, select: string | null): Answer {
  const body = {
    id: record.id,
    default: selected(record.default, select ? select.split(',') : null),
    ...(record.list && { list: record.list }),
    ...(record.extended && { extended: record.extended }),
  };
  return ok(body, 200, { etag: `"${record.version}"` });
}

function selected(
  properties: Record<string, unknown>,
  select: readonly string[] | null,
): Record<string, unknown> {
  if (select === null || select.length === 0) return properties;
  const slugs = new Set(select);
  return Object.fromEntries(Object.entries(properties).filter(([slug]) => slugs.has(slug)));
}

/** A value as a URL contains it; undefined if it equals nothing. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const cursorOf = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url');

function offsetOf(cursor: string | null): number | null {
  if (cursor === null) return 0;
  const [, digits] = /^offset:(.*)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return digits === undefined ? null : wholeNumber(digits);
}

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

const invalid = (field: string, message: string): Answer =>
  invalidRequest([{ field, message, code: 'type.openapi.validation' }]);

const fieldError = ({ path, message }: z.core.$ZodIssue): FieldError => ({
  field: `.body${path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`,
  message,
  code: 'type.openapi.validation',
});
