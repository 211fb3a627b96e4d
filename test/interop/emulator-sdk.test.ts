import { randomUUID } from 'node:crypto';
import { objectTypes } from '../../src/core/api/object-types';
import { startPrismEmulator, type EmulatorOptions, type PrismEmulator } from 'prism-emulator';
import {
  installedVersion,
  refused,
  requirementsOf,
  runScript,
  secondWaitsForThird,
} from './emulator-sdk/scripts';
import { pythonWith } from './support/python';

const quick = { job: { duration: '300ms' } } satisfies EmulatorOptions;
const ok = { ok: true };

describe.each(['0.7.1', '0.8.0'])('for micro_so %s, with strict validation', (version) => {
  const running: PrismEmulator[] = [];
  const team = randomUUID();
  let python: string;

  beforeAll(async () => {
    python = await pythonWith(requirementsOf(version));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((emulator) => emulator.close()));
  });

  /** Runs a script against an emulator of its own. */
  async function factsOf(script: string, options: EmulatorOptions = {}) {
    const emulator = await startPrismEmulator({ adminPort: 0, ...options });
    running.push(emulator);
    return { emulator, facts: await runScript(python, script, { emulator, team }) };
  }

  /** Which retries of the SDK the requests for a team were, and what was sent to each. */
  const attempts = (emulator: PrismEmulator, teamId: string) =>
    emulator.controller.requests({ teamId }).map(({ retry, status }) => [retry, status]);

  test('what it uses is that version', async () => {
    expect(await installedVersion(python)).toBe(version);
  });

  test.each([1, 2] as const)('a pipeline runs to its end on generation %d', async (generation) => {
    const { facts, emulator } = await factsOf('acceptance', { ...quick, generation });
    expect(facts).toEqual({
      small: { job_id: null, status: 'complete', results: 1, total: 1 },
      large: { http: 202, status: 'processing', led_to: true },
      job: { status: 'complete', total: 250, processed: 250, succeeded: 250, failed: 0 },
      replay: { http: 202, marker: 'true', same_job: true, status: 'processing' },
      mismatch: refused('ConflictError', 409, 'idempotency_key_mismatch'),
      missing: refused('NotFoundError', 404, 'not_found'),
      'read back': { ids: 250, pages: 5, in_order: true },
    });
    const imports = emulator.controller.requests({ operation: 'import' });
    expect(imports.map(({ did }) => did)).toEqual(['imported', 'launched', 'replayed', 'refused']);
    expect(emulator.controller.counts(team)).toMatchObject({ contact: 1, organization: 250 });
  });

  test('every kind of object is imported and read back in all ways', async () => {
    const { facts, emulator } = await factsOf('kinds', quick);
    const each = {
      http: [200, 202],
      ...{ created: 123, distinct: 123, counted: 123, totals: [123] },
      ...{ queried: true, listed: true, got: true, found: true, filtered: true, unknown: [] },
      nobody: refused('NotFoundError', 404, 'not_found'),
      missing: refused('NotFoundError', 404, 'not_found'),
    };
    const { controller } = emulator;
    const kinds = objectTypes.filter((kind) => controller.counts(team)[kind] === 123);
    expect(kinds).toHaveLength(7);
    expect(Object.values(facts)).toEqual(kinds.map(() => each));
    const launched = controller.requests({ did: 'launched' }).map(({ kind }) => kind);
    expect(new Set(launched)).toEqual(new Set(kinds));
  });

  test('reads and writes are tried again as the answers ask for', async () => {
    const { facts, emulator } = await factsOf('retries');
    const lost = { error: 'RateLimitError', status: 429, code: null, traceable: false };
    expect(facts).toEqual({
      'write-429': ok,
      'read-429': ok,
      'write-final': lost,
      'read-passing': ok,
      'lost-answer': { results: 3, counted: 3 },
      mismatch: refused('ConflictError', 409, 'idempotency_key_mismatch'),
    });
    const thrice = (status: number, last: number) => [
      [0, status],
      [1, status],
      [2, last],
    ];
    expect(attempts(emulator, 'write-429')).toEqual(thrice(429, 200));
    expect(attempts(emulator, 'read-429')).toEqual(thrice(429, 200));
    expect(attempts(emulator, 'write-final')).toEqual([[0, 429]]);
    expect(attempts(emulator, 'read-passing')).toEqual(thrice(404, 200));
    // The answer that was lost had been the import's own: what comes after it is a replay.
    const imports = emulator.controller.requests({ teamId: 'lost-answer', operation: 'import' });
    expect(imports).toMatchObject([
      { did: 'imported', status: null, retry: 0 },
      { did: 'replayed', status: 200, retry: 1 },
    ]);
    // Neither version knows yet that a write must not be repeated, nor that this conflict never passes.
    expect(attempts(emulator, 'mismatch')).toEqual([[0, 200], ...thrice(409, 409)]);
  });

  test.each([
    { generation: 1, afterADay: ok, records: 4 },
    {
      generation: 2,
      afterADay: refused('ConflictError', 409, 'idempotency_key_stale'),
      records: 2,
    },
  ] as const)(
    'an idempotency key of generation $generation is kept for a day',
    async ({ generation, afterADay, records }) => {
      const { facts, emulator } = await factsOf('keys', { generation, clock: 'manual' });
      expect(facts).toEqual({
        'within a day': { marker: 'true', same: true },
        'other body': refused('ConflictError', 409, 'idempotency_key_mismatch'),
        'other path': refused('ConflictError', 409, 'idempotency_key_mismatch'),
        'after a day': afterADay,
        'key too long': refused('BadRequestError', 400, 'invalid_request'),
      });
      expect(emulator.controller.counts(team)).toMatchObject({ organization: records, contact: 0 });
    },
  );

  test.each([
    { keyInProgress: 'conflict', error: 'ConflictError', status: 409 },
    { keyInProgress: 'too-early', error: 'APIStatusError', status: 425 },
  ] as const)(
    'the asynchronous client imports all kinds at once, and a key in use is answered with $status',
    async ({ keyInProgress, error, status }) => {
      const { facts, emulator } = await factsOf('together', {
        ...quick,
        keyInProgress,
        // The first is a batch without a key.
        rules: [{ path: '/organization/import$', nth: [2, 3], respond: secondWaitsForThird() }],
      });
      expect(facts).toEqual({
        small: { statuses: Array.from({ length: 7 }, () => 'complete'), created: 70 },
        large: { http: 202, status: 'complete', results: 150, read: 50 },
        'one key': {
          answers: [{ ok: true, created: 1 }, refused(error, status, 'idempotency_key_in_progress')],
        },
      });
      expect(emulator.controller.counts(team).organization).toBe(11);
    },
  );

  test('a refused request is an error of the class that its status stands for', async () => {
    const { facts, emulator } = await factsOf('refusals', { apiKey: 'test-key', teams: [team] });
    expect(facts).toEqual({
      'no key': refused('AuthenticationError', 401, 'unauthorized'),
      'empty key': refused('AuthenticationError', 401, 'unauthorized'),
      'other key': refused('PermissionDeniedError', 403, 'forbidden'),
      'other team': refused('PermissionDeniedError', 403, 'forbidden'),
      'no rows': refused('BadRequestError', 400, 'invalid_request'),
      'empty row': refused('BadRequestError', 400, 'invalid_request'),
      'page too long': refused('BadRequestError', 400, 'invalid_request'),
      'id of no length': { error: 'ValueError' },
    });
    expect(emulator.controller.requests({ operation: 'status' })).toEqual([]);
  });

  test('a job is launched, half done, finished, kept for 7 days and then forgotten', async () => {
    const { facts } = await factsOf('lifetime', { clock: 'manual', job: { duration: '10m' } });
    expect(facts).toEqual({
      launched: { status: 'processing', counts: [0, 0, 0], results: null },
      'half way': { status: 'processing', counts: [50, 50, 0], results: null },
      finished: { status: 'complete', results: 100, kept_for_a_week: true },
      'last moment': ok,
      expired: refused('NotFoundError', 404, 'not_found'),
      'never issued': refused('NotFoundError', 404, 'not_found'),
    });
  });

  test.each([
    { generation: 1, unknown: [] },
    { generation: 2, unknown: ['input_index', 'updated'] },
  ] as const)(
    'every end of an import of generation $generation fits its models; what they do not know: $unknown',
    async ({ generation, unknown }) => {
      const { facts } = await factsOf('outcomes', { ...quick, generation });
      expect(facts).toEqual({
        'at once': {
          counts: [4, 4, 3, 1],
          outcomes: ['existing', 'created', 'ResultError invalid_value', 'existing'],
          dates: [null, null, null],
          unknown,
        },
        'as a job': {
          counts: [120, 120, 119, 1],
          outcomes: { 'ResultError unknown_option': 1, created: 117, existing: 2 },
          refused: 'ResultError unknown_option',
          kept_days: 7,
          unknown,
        },
        'newer options': {
          ...(generation === 2 ? ok : refused('BadRequestError', 400, 'invalid_request')),
          name: generation === 2 ? 'Renamed' : 'Org 0',
        },
        failed: {
          status: 'failed',
          error: ['import_worker_failed', 'The import could not be finished'],
          counts: [200, 100, 100, 0],
          results: null,
          unknown: [],
        },
      });
    },
  );

  test('an answer that its models do not allow would be noticed', async () => {
    const { facts } = await factsOf('strictness', quick);
    const noticed = { error: 'APIResponseValidationError' };
    expect(facts).toEqual({
      'status outside the enum': noticed,
      'no status': noticed,
      'no total': noticed,
      'a fraction': noticed,
      'a text as row error': noticed,
      'no date': noticed,
      'cut off': { error: 'JSONDecodeError' },
      'an unknown field': ok,
      'null for what is optional': ok,
    });
  });
});
