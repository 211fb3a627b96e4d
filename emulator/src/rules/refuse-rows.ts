import { z } from 'zod';
import type { Answer, FieldError } from '../http/answers';
import { isPattern } from './pattern';

const rowForm = 'a property with exactly one of equals, matches and missing';

/** Selects rows by a property in `default`: one with this value, with a text that matches, or missing or null. */
const rowSchema = z
  .strictObject({
    property: z.string().min(1),
    equals: z.unknown().optional(),
    /** A regular expression to search for in a text. */
    matches: z.string().refine(isPattern, { error: 'a regular expression' }).optional(),
    missing: z.literal(true).optional(),
  })
  .refine((row) => ['equals', 'matches', 'missing'].filter((form) => form in row).length === 1, {
    error: rowForm,
  });

/** How a refusal names the rows. */
const namings = ['message', 'path', 'pointer', 'list', 'index', 'none'] as const;

/** Refuses a whole import, without any effect, if it contains a matching row. */
export const refuseRowsSchema = z.strictObject({
  rows: rowSchema,
  status: z.union([z.literal(400), z.literal(422)], { error: '400 or 422' }).default(400),
  code: z.string().default('invalid_request'),
  /** Default `path`, the documented form. */
  named: z.enum(namings, { error: `one of ${namings.join(', ')}` }).default('path'),
  /** How many rows are named at most; default: all. */
  most: z.int().min(1).optional(),
});
export type RefuseRows = z.output<typeof refuseRowsSchema>;

/** Positions of matching rows in the request; none if the body has another form. */
export function refusedPositions({ rows }: RefuseRows, body: unknown): number[] {
  const objects = (body as { objects?: unknown } | null | undefined)?.objects;
  if (!Array.isArray(objects)) return [];
  const isRefused = predicate(rows);
  return objects.flatMap((row: unknown, position) =>
    isRefused(valueOf(row, rows.property)) ? position : [],
  );
}

function predicate({ equals, matches, missing }: RefuseRows['rows']): (value: unknown) => boolean {
  if (missing === true) return (value) => value === undefined || value === null;
  if (matches === undefined) return (value) => JSON.stringify(value) === JSON.stringify(equals);
  const pattern = new RegExp(matches, 'u');
  return (value) => typeof value === 'string' && pattern.test(value);
}

function valueOf(row: unknown, property: string): unknown {
  const values = (row as { default?: unknown } | null)?.default;
  return typeof values === 'object' && values !== null && Object.hasOwn(values, property)
    ? (values as Record<string, unknown>)[property]
    : undefined;
}

/** The refusal of an import because of the rows at these positions. */
export function refusalOf(rule: RefuseRows, positions: readonly number[]): Answer {
  const { status, code, named, most, rows } = rule;
  const shown = positions.slice(0, most);
  const answer = forms[named](shown, rows.property);
  return { status, error: { code, ...answer } };
}

type RefusalBody = { message: string; errors?: FieldError[]; details?: unknown };
const general = 'Request validation failed';
const why = 'is not allowed';
const validator = 'enum.openapi.validation';

/** The ways in which APIs name rows. */
const forms: Record<RefuseRows['named'], (positions: readonly number[], property: string) => RefusalBody> = {
  message: (positions, property) => ({
    message: positions.map((position) => `objects[${position}].${property}: ${why}`).join('; '),
  }),
  path: (positions, property) => ({
    message: general,
    errors: positions.map((position) => ({
      field: `.body.objects[${position}].default.${property}`,
      message: why,
      code: validator,
    })),
  }),
  pointer: (positions, property) => ({
    message: general,
    details: {
      errors: positions.map((position) => ({
        pointer: `/objects/${position}/default/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        detail: why,
      })),
    },
  }),
  list: (positions, property) => ({
    message: general,
    details: {
      errors: positions.map((position) => ({
        loc: ['body', 'objects', position, 'default', property],
        msg: why,
      })),
    },
  }),
  index: (positions, property) => ({
    message: general,
    details: {
      errors: positions.map((position) => ({ input_index: position, message: `${property} ${why}` })),
    },
  }),
  none: (_, property) => ({ message: `${property} ${why}` }),
};
