import type { EmulatorSettings } from '../../src/settings';

/** A JSON Schema, draft 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

/** What of the settings decides which members an ImportJob has. */
export type JobForm = Pick<
  EmulatorSettings,
  'generation' | 'results' | 'unfinishedResults' | 'expiresAtSent'
>;

const uuid = { type: 'string', format: 'uuid' };
const text = { type: 'string' };
const named = { type: 'string', minLength: 1 };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const date = { type: 'string', format: 'date-time', pattern: 'Z$' };
const map = { type: 'object' };

// Closed, though clients must accept more: a member that the contract does not name would be the emulator's mistake.
const closed = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const listOf = (items: Schema, limits: Schema = {}): Schema => ({ type: 'array', items, ...limits });

/** A failure of a row or a job; nothing in it is required. */
const failure = closed({ code: text, message: text });

/** One Result. The newer generation adds `input_index` and `updated`. */
const resultSchema = (generation: 1 | 2): Schema => ({
  ...closed({
    id: { type: ['string', 'null'], format: 'uuid' },
    created: flag,
    existing: flag,
    error: failure,
    ...(generation === 2 && { input_index: count, updated: flag }),
  }),
  // A row that failed is no success of any kind.
  if: { required: ['error'] },
  then: { properties: { id: { type: 'null' }, created: { const: false }, updated: { const: false } } },
});

const jobMembers = (generation: 1 | 2): Schema => ({
  job_id: { type: ['string', 'null'], minLength: 1 },
  status: { enum: ['processing', 'complete', 'failed'] },
  total: count,
  processed: count,
  succeeded: count,
  failed: count,
  results: listOf(resultSchema(generation)),
  error: failure,
  created_at: date,
  updated_at: date,
  expires_at: date,
});

/** An ImportJob with the members of one case: those required, those forbidden, and what else holds. */
const jobCase = (required: readonly string[], forbidden: readonly string[], more: Schema = {}): Schema => ({
  required,
  properties: { ...Object.fromEntries(forbidden.map((name) => [name, false])), ...more },
});

const counters = ['processed', 'succeeded', 'failed'];
const job = (generation: 1 | 2, cases: readonly Schema[]): Schema => ({
  ...closed(jobMembers(generation), ['job_id', 'status', 'total']),
  dependentRequired: Object.fromEntries(counters.map((name) => [name, counters])),
  allOf: cases,
});

/** The ImportJob of an import that was answered at once: final, stored nowhere, and always with its results. */
export const syncJobSchema = ({ generation }: Pick<JobForm, 'generation'>): Schema =>
  job(generation, [
    jobCase(['results'], ['error', 'expires_at'], {
      job_id: { type: 'null' },
      status: { const: 'complete' },
    }),
  ]);

/** The ImportJob of a 202: at work, with an id to ask for. */
export const launchedJobSchema = (form: JobForm): Schema =>
  job(form.generation, [
    unfinished(form, ['error']),
    expiry(form, false),
    jobCase([], [], { job_id: named, status: { const: 'processing' } }),
  ]);

/**
 * The ImportJob of a status request, by what it says of itself: `error` only and always when it failed, `results` when
 * it is complete.
 */
export const jobSchema = (form: JobForm): Schema => {
  const whenStatus = (status: string, ...cases: Schema[]) => ({
    if: { properties: { status: { const: status } } },
    then: { allOf: cases },
  });
  return job(form.generation, [
    jobCase([], [], { job_id: named }),
    whenStatus('processing', unfinished(form, ['error']), expiry(form, false)),
    whenStatus('complete', complete(form), expiry(form, true)),
    whenStatus('failed', unfinished(form, []), jobCase(['error'], []), expiry(form, true)),
  ]);
};

function complete({ results }: JobForm): Schema {
  if (results === 'all') return jobCase(['results'], ['error']);
  if (results === 'omitted') return jobCase([], ['error', 'results']);
  return jobCase(['results'], ['error'], { results: { maxItems: results.truncate } });
}

function unfinished({ unfinishedResults }: JobForm, forbidden: readonly string[]): Schema {
  if (unfinishedResults === 'absent') return jobCase([], [...forbidden, 'results']);
  return jobCase(['results'], forbidden, unfinishedResults === 'empty' ? { results: { maxItems: 0 } } : {});
}

function expiry({ expiresAtSent }: JobForm, finished: boolean): Schema {
  const sent = expiresAtSent === 'always' || (expiresAtSent === 'finished' && finished);
  return sent ? jobCase(['expires_at'], []) : jobCase([], ['expires_at']);
}

const envelope = (error: Schema, required: readonly string[]): Schema =>
  closed({ error: closed({ message: named, request_id: named, ...error }, required) }, ['error']);

/** The documented envelope with one of these codes; `request_id`, which may be null there, is always sent. */
export const errorSchema = (...codes: string[]): Schema =>
  envelope({ code: { enum: codes }, details: map }, ['code', 'message', 'request_id']);

/** The envelope of a 400: `invalid_request` with the list of what is wrong. */
export const invalidRequestSchema: Schema = envelope(
  {
    code: { const: 'invalid_request' },
    errors: listOf(
      closed(
        {
          field: { type: 'string', pattern: '^\\.(body|query|headers)($|\\.)' },
          message: named,
          code: { type: 'string', pattern: '^\\w+\\.openapi\\.validation$' },
        },
        ['message'],
      ),
      { minItems: 1 },
    ),
  },
  ['code', 'message', 'request_id', 'errors'],
);

/** The flat form of the gateway and of the beta guides. */
export const flatErrorSchema: Schema = closed({ message: named, code: text }, ['message']);

const lists = {
  type: 'object',
  propertyNames: { type: 'string', format: 'uuid' },
  additionalProperties: map,
};

/** A record as get and find give it. */
export const recordSchema: Schema = closed({ id: uuid, default: map, list: lists, extended: map }, ['id']);

/** A page of records as query and list give them; `total` only where it was asked for. */
export const pageSchema = (withTotal: boolean): Schema => ({
  ...closed(
    {
      data: listOf(closed({ id: uuid, properties: map, is_user_object: flag, source: text }, ['id']), {
        maxItems: 50,
      }),
      has_more: flag,
      next_cursor: { type: ['string', 'null'] },
      ...(withTotal && { total: { type: ['integer', 'null'], minimum: 0 } }),
    },
    withTotal ? ['data', 'has_more', 'total'] : ['data', 'has_more'],
  ),
  if: { properties: { has_more: { const: true } } },
  then: { required: ['next_cursor'], properties: { next_cursor: { type: 'string' } } },
});

/** The number of records of a kind. */
export const countSchema: Schema = closed({ total: count }, ['total']);

/** One list of a team. */
export const listSchema: Schema = closed({ id: uuid, name: text, object_type: named, team_id: named }, [
  'id',
  'name',
  'object_type',
  'team_id',
]);

/** All lists of a team. */
export const listsSchema: Schema = closed({ data: listOf(listSchema) }, ['data']);

const storageTypes = [
  ...['num', 'str', 'bool', 'date', 'text', 'byte', 'select_str', 'multi_str', 'multiselect_str', 'jsonb'],
  ...['ref_organization', 'ref_contact', 'ref_identity', 'multiref_organization', 'multiref_contact'],
];
const nullable = { type: ['string', 'null'] };

/** One definition; options only and always (unless the query leaves them out) where the type has them. */
const definitionSchema = (generation: 1 | 2): Schema => ({
  ...closed(
    {
      id: uuid,
      slug: named,
      type: { enum: storageTypes },
      name: nullable,
      team_id: nullable,
      crm_id: nullable,
      options: listOf(closed({ id: uuid, slug: named, value: nullable }, ['id', 'slug'])),
      ...(generation === 2 && {
        alias: { enum: ['app_stage', null] },
        list_id: nullable,
        locked: flag,
        native: flag,
        required: flag,
        role_id: nullable,
      }),
    },
    ['id', 'slug', 'type'],
  ),
  if: { required: ['options'] },
  then: { properties: { type: { enum: ['select_str', 'multiselect_str'] } } },
});

/**
 * The definitions of a kind: an object of the kind alone and definitions by id within (TypeScript SDK), or definitions
 * by id (micro-cli).
 */
export function definitionsSchema({
  generation,
  definitionsBy,
}: Pick<EmulatorSettings, 'generation' | 'definitionsBy'>): Schema {
  const byId = { type: 'object', propertyNames: uuid, additionalProperties: definitionSchema(generation) };
  if (definitionsBy === 'id') return byId;
  return { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: byId };
}
