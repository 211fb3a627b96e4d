import { z } from 'zod';

/** How long a job can be asked for, in milliseconds: 7 days (API reference, `prism.imports.get`). */
export const retentionMs = 604_800_000;

/** The kinds of record in a workspace, as paths name them. */
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

/** A kind as callers write it. */
export const objectTypeSchema = z.enum(objectTypes, { error: `one of ${objectTypes.join(', ')}` });

/** A kind of record. */
export type ObjectType = (typeof objectTypes)[number];

/** An error of a row or of a job as a whole. */
export interface JobError {
  code?: string | null | undefined;
  message?: string | null | undefined;
  [field: string]: unknown;
}

/**
 * What became of a row, as a made-up job gives it. The API promises none of the fields, and clients must bear others.
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

/** What became of a row. Older servers send a plain text as `error`. */
export type RowResult = z.output<typeof rowResultSchema>;

/** Whether a row failed, whatever else its result says. */
export const isFailure = ({ error }: RowResult): boolean => error !== undefined && error !== null;

/** A row of an import: properties by slug, and by list and slug. */
export interface ImportRow {
  default?: Record<string, unknown>;
  list?: Record<string, Record<string, unknown>>;
  extended?: Record<string, unknown>;
}

/** The options of an import that have an effect here; what each means is in the API reference, `imports.create`. */
export interface ImportOptions {
  caseInsensitive?: boolean;
  dedupe_by?: string | string[];
  list_id?: string;
  crm_id?: string;
  create_missing_options?: boolean;
  require_list_stage?: boolean;
  update_existing?: boolean;
}
