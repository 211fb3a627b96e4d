import { objectTypes } from '../../src/prism/contract';
import type { EmulatorSettings } from '../../src/settings';
import * as schemas from './contract-schemas';
import type { Schema } from './contract-schemas';

/** A form of a body; null means that there is none. */
export type BodyForm = Schema | null;

type Answers = Readonly<Record<number, readonly BodyForm[]>>;

/** An operation of the contract (sections 2 and 10). */
export interface ContractOperation {
  readonly name:
    'import' | 'status' | 'count' | 'query' | 'find' | 'get' | 'list' | 'lists' | 'get-list' | 'properties';
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
}

const team = '/v2/prism/[^/]+';
const kind = `${team}/(?:${objectTypes.join('|')})`;

// The first that fits counts, so that a record cannot be called "count".
const operations: readonly ContractOperation[] = [
  { name: 'import', method: 'POST', path: new RegExp(`^${kind}/import$`) },
  { name: 'query', method: 'POST', path: new RegExp(`^${kind}/query$`) },
  { name: 'status', method: 'GET', path: new RegExp(`^${team}/imports/([^/]+)$`) },
  { name: 'lists', method: 'GET', path: new RegExp(`^${team}/lists$`) },
  { name: 'get-list', method: 'GET', path: new RegExp(`^${team}/lists/[^/]+$`) },
  { name: 'list', method: 'GET', path: new RegExp(`^${kind}$`) },
  { name: 'count', method: 'GET', path: new RegExp(`^${kind}/count$`) },
  { name: 'properties', method: 'GET', path: new RegExp(`^${kind}/properties$`) },
  { name: 'find', method: 'GET', path: new RegExp(`^${kind}/by/[^/]+/[^/]+$`) },
  { name: 'get', method: 'GET', path: new RegExp(`^${kind}/[^/]+$`) },
];

/** The operation of a method and a path without query; null when the contract has none. */
export function contractOperation(method: string, path: string): ContractOperation | null {
  return operations.find((each) => each.method === method && each.path.test(path)) ?? null;
}

const notFound = schemas.errorSchema('not_found');

/** The forms that the body may have in an answer of this status; none when the contract has no such answer. */
export function bodyForms(
  operation: ContractOperation | null,
  status: number,
  settings: EmulatorSettings,
  withTotal: boolean,
): readonly BodyForm[] {
  const { oversizeAnswer } = settings;
  const own = operation === null ? { 404: [notFound] } : answersOf(operation, settings, withTotal);
  const tooLarge = {
    standard: schemas.errorSchema('payload_too_large'),
    flat: schemas.flatErrorSchema,
  }[oversizeAnswer.envelope];
  return [
    ...(everywhere[status] ?? []),
    ...(own[status] ?? []),
    ...(status === oversizeAnswer.status && operation?.method === 'POST' ? [tooLarge] : []),
  ];
}

const everywhere: Answers = {
  401: [schemas.errorSchema('unauthorized')],
  403: [schemas.errorSchema('forbidden')],
  429: [schemas.errorSchema('rate_limited')],
  500: [schemas.errorSchema('emulator_error')],
};

function answersOf({ name }: ContractOperation, settings: EmulatorSettings, withTotal: boolean): Answers {
  switch (name) {
    case 'import':
      return importAnswers(settings);
    case 'status':
      return { 200: [schemas.jobSchema(settings)], 404: [missingJob(settings)] };
    case 'get':
      return { 200: [schemas.recordSchema], 404: [notFound] };
    case 'find':
      return {
        200: [schemas.recordSchema],
        404: [notFound],
        409: [schemas.errorSchema('multiple_matches')],
      };
    case 'query':
    case 'list':
      return { 200: [schemas.pageSchema(withTotal)], 400: [schemas.invalidRequestSchema] };
    case 'count':
      return { 200: [schemas.countSchema] };
    case 'properties':
      return { 200: [schemas.definitionsSchema(settings)] };
    case 'lists':
      return { 200: [schemas.listsSchema] };
    case 'get-list':
      return { 200: [schemas.listSchema], 404: [notFound] };
  }
}

function importAnswers(settings: EmulatorSettings): Answers {
  const conflicts = ['mismatch', ...(settings.generation === 2 ? ['stale'] : [])];
  const inProgress = schemas.errorSchema('idempotency_key_in_progress');
  return {
    200: [schemas.syncJobSchema(settings)],
    202: [schemas.launchedJobSchema(settings)],
    400: [schemas.invalidRequestSchema],
    409: [
      schemas.errorSchema(...conflicts.map((word) => `idempotency_key_${word}`)),
      ...(settings.keyInProgress === 'too-early' ? [] : [inProgress]),
    ],
    ...(settings.keyInProgress === 'too-early' && { 425: [inProgress] }),
  };
}

function missingJob({ missingJobBody, tellExpired }: EmulatorSettings): BodyForm {
  if (missingJobBody === 'empty') return null;
  if (missingJobBody === 'flat') return schemas.flatErrorSchema;
  return tellExpired ? schemas.errorSchema('not_found', 'expired') : notFound;
}
