import type { ImportOptions, ImportRow } from '../contract';
import type { FieldError } from '../../http/answers';

/** A request body that matches the schema of `POST /{kind}/import`. */
export interface ImportBody {
  objects: ImportRow[];
  options: ImportOptions;
}

/** Maximum number of errors in an answer. */
const mostErrors = 100;

type Members = Record<string, unknown>;
type Report = (field: string, keyword: string, message: string) => void;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const secondGeneration = ['create_missing_options', 'require_list_stage', 'update_existing'];

/**
 * Checks a parsed body against the API's schema: the body and `options` are open, rows are closed.
 * Written by hand because it runs over every row of every import. Messages name fields and forms, never values.
 */
export function checkImportBody(
  body: unknown,
  generation: 1 | 2,
): { ok: true; value: ImportBody } | { ok: false; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const report: Report = (field, keyword, message) => {
    if (errors.length < mostErrors) errors.push({ field, message, code: `${keyword}.openapi.validation` });
  };
  if (!isObject(body)) {
    report('.body', 'type', 'must be object');
  } else {
    checkObjects(body['objects'], report);
    if (body['options'] !== undefined) checkOptions(body['options'], generation, report);
  }
  if (errors.length > 0) return { ok: false, errors };
  const { objects, options = {} } = body as { objects: ImportRow[]; options?: ImportOptions };
  return { ok: true, value: { objects, options } };
}

function checkObjects(objects: unknown, report: Report): void {
  const field = '.body.objects';
  if (objects === undefined) return report(field, 'required', "must have required property 'objects'");
  if (!Array.isArray(objects)) return report(field, 'type', 'must be array');
  if (objects.length === 0) return report(field, 'minItems', 'must NOT have fewer than 1 items');
  for (let index = 0; index < objects.length; index++) checkRow(objects[index], `${field}[${index}]`, report);
}

function checkRow(row: unknown, field: string, report: Report): void {
  if (!isObject(row)) return report(field, 'type', 'must be object');
  for (const member in row) {
    if (member !== 'default' && member !== 'list' && member !== 'extended') {
      report(`${field}.${member}`, 'additionalProperties', 'must NOT have additional properties');
    } else if (checkMap(row[member], `${field}.${member}`, report) && member === 'list') {
      checkLists(row[member] as Members, `${field}.list`, report);
    }
  }
  if (row['default'] === undefined && row['list'] === undefined) {
    report(field, 'anyOf', "must have required property 'default' or 'list'");
  }
}

function checkLists(lists: Members, field: string, report: Report): void {
  for (const id in lists) {
    if (uuid.test(id)) checkMap(lists[id], `${field}.${id}`, report);
    else report(`${field}.${id}`, 'additionalProperties', 'must be named by a lower-case list UUID');
  }
}

function checkMap(value: unknown, field: string, report: Report): boolean {
  if (!isObject(value)) {
    report(field, 'type', 'must be object');
    return false;
  }
  for (const _member in value) return true;
  report(field, 'minProperties', 'must NOT have fewer than 1 properties');
  return false;
}

function checkOptions(options: unknown, generation: 1 | 2, report: Report): void {
  const field = '.body.options';
  if (!isObject(options)) return report(field, 'type', 'must be object');
  // A generation ignores options that it does not know, like any unknown option.
  for (const name of ['caseInsensitive', ...(generation === 2 ? secondGeneration : [])]) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      report(`${field}.${name}`, 'type', 'must be boolean');
    }
  }
  for (const name of ['list_id', ...(generation === 2 ? ['crm_id'] : [])]) {
    const id = options[name];
    if (id !== undefined && (typeof id !== 'string' || !uuid.test(id.toLowerCase()))) {
      report(`${field}.${name}`, 'format', 'must match format "uuid"');
    }
  }
  checkDedupeBy(options['dedupe_by'], generation, `${field}.dedupe_by`, report);
}

function checkDedupeBy(value: unknown, generation: 1 | 2, field: string, report: Report): void {
  if (value === undefined || typeof value === 'string') return;
  if (generation === 1) return report(field, 'type', 'must be string');
  if (!Array.isArray(value) || !value.every((slug) => typeof slug === 'string')) {
    report(field, 'anyOf', 'must be string or array of string');
  } else if (value.length !== 1) {
    report(field, 'maxItems', `must name exactly one property, not ${value.length}`);
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
