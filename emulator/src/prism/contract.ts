import { z } from 'zod';

/** How long a job's status is available, in milliseconds: 7 days (API reference, `prism.imports.get`). */
export const retentionMs = 604_800_000;

/** The object types of a workspace, as paths name them. */
export const objectTypes = [
  'contact',
  'organization',
  'identity',
  'deal',
  'action',
  'document',
  'engagement',
  'comment',
] as const;

/** An object type as callers write it. */
export const objectTypeSchema = z.enum(objectTypes, { error: `one of ${objectTypes.join(', ')}` });

/** The type of a record. */
export type ObjectType = (typeof objectTypes)[number];

/** An error of a row or of a whole job. */
export interface JobError {
  code?: string | null | undefined;
  message?: string | null | undefined;
  [field: string]: unknown;
}

/**
 * The result of a row, as a made-up job provides it. The API guarantees none of the fields, and clients must tolerate
 * others.
 */
export const rowResultSchema = z.looseObject({
  input_index: z.int().nullish(),
  id: z.string().nullish(),
  created: z.boolean().nullish(),
  existing: z.boolean().nullish(),
  updated: z.boolean().nullish(),
  error: z
    .union([z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }), z.string()])
    .nullish(),
});

/** The result of a row. Older servers send a plain text as `error`. */
export type RowResult = z.output<typeof rowResultSchema>;

/** Whether a row failed, whatever else its result contains. */
export const isFailure = ({ error }: RowResult): boolean => error !== undefined && error !== null;

/** A row of an import: properties by slug, and by list and slug. */
export interface ImportRow {
  default?: Record<string, unknown>;
  list?: Record<string, Record<string, unknown>>;
  extended?: Record<string, unknown>;
}

/** The options of an import that have an effect here; the API reference, `imports.create`, explains each. */
export interface ImportOptions {
  caseInsensitive?: boolean;
  dedupe_by?: string | string[];
  list_id?: string;
  crm_id?: string;
  create_missing_options?: boolean;
  require_list_stage?: boolean;
  update_existing?: boolean;
}
