import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { maxRequestBytes } from '../../src/activities/launch/rows-to-send';
import { Defect } from '../../src/ports/defect';
import { StorageError } from '../../src/ports/storage-error';
import { SourceError } from '../../src/ports/source-error';
import type { StartImportInput } from '../../src/core/pipeline/launch/start-import';
import {
  contactRow,
  createActivityRig,
  failureOf,
  quietEnvironment,
  type ActivityRig,
  type RunWith,
} from './support/activity-rig';
import { reply } from '../support/scripted-server';
import { contentOf } from '../storage/support/store-behaviour';
import { WrittenRow } from '../../src/ports/written-row';

let rig: ActivityRig;
beforeEach(async () => {
  rig = await createActivityRig();
});
afterEach(() => rig.close());

const batch: StartImportInput = {
  teamId: 't',
  objectType: 'contact',
  plan: { uri: 'file:///unused', bytes: 1, sha256: '', headerBytes: 1, lineBytes: 1, rows: 2, batches: 1 },
  batch: 1,
  range: null,
  options: { dedupe_by: 'email' },
  idempotencyKey: 'key-1',
};

const send = (run: RunWith = {}, input: Partial<StartImportInput> = {}) =>
  rig.startImport({ ...batch, ...input }, { rows: [contactRow(1), contactRow(2)], ...run });

describe('startImport', () => {
  test('sends the rows that can be sent, and gives the job to follow', async () => {
    rig.server.answer(reply(202, { job_id: 'new', status: 'processing', total: 2 }));
    const earliest = new Date().toISOString();
    const started = await send({
      rows: [contactRow(1), { rowNumber: 2, line: 3, malformed: 'no quote' }, contactRow(3)],
    });
    expect(started).toEqual({ kind: 'accepted', jobId: 'new', submittedAt: expect.any(String) as string });
    const { submittedAt } = started as { submittedAt: string };
    expect(submittedAt >= earliest && submittedAt <= new Date().toISOString()).toBe(true);
    const [request] = rig.server.requests;
    expect(request?.headers['idempotency-key']).toBe('key-1');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      objects: [1, 3].map((number) => ({ default: { email: `ada${number}@lovelace.example` } })),
      options: { dedupe_by: 'email' },
    });
  });

  test.each([[[]], [[{ rowNumber: 1, line: 2, malformed: 'no quote' }]]])(
    'sends nothing when no row can be sent: %j',
    async (rows) => {
      expect(await send({ rows })).toEqual({ kind: 'nothing_to_send' });
      expect(rig.server.requests).toHaveLength(0);
    },
  );

  const results = [
    { id: 'a', created: true },
    { id: 'b', existing: true },
  ];
  test('stores the results of an answer that is final', async () => {
    const job = { job_id: null, status: 'complete', total: 2 };
    rig.server.answer(reply(200, { ...job, results }));
    const started = await send();
    if (started.kind !== 'finished' || started.resultsRef === null) throw new Error('nothing was stored');
    expect(started).toMatchObject({ job, resultsOmitted: false, resultsRef: { rows: 2 } });
    expect(started.job).not.toHaveProperty('results');
    expect(started.resultsRef.uri).toMatch(/\/results\/t\/sync-key-1\.ndjson$/);
    expect(await contentOf(rig.store, started.resultsRef.uri)).toBe(
      results.map((r) => `${JSON.stringify(r)}\n`).join(''),
    );
  });

  test('keeps them inline without storage', async () => {
    rig.server.answer(reply(200, { job_id: null, status: 'complete', results }));
    expect(await send({ store: null })).toMatchObject({
      kind: 'finished',
      job: { results },
      resultsRef: null,
    });
  });

  test('a final answer of 3 MB besides its results is PrismUnclear: it would fit into no history', async () => {
    rig.server.answer(
      reply(200, { job_id: null, status: 'complete', results, later: 'x'.repeat(3_000_000) }),
    );
    const failure = await failureOf(send());
    expect(failure).toMatchObject({ type: 'PrismUnclear', nonRetryable: true });
    expect(failure.message).toMatch(
      /a job of 3000\d{3} bytes besides its results; at most 65536 are accepted/,
    );
  });

  test('of a job to follow only the id counts, however much comes with it', async () => {
    rig.server.answer(reply(202, { job_id: 'new', status: 'processing', later: 'x'.repeat(3_000_000) }));
    expect(await send()).toMatchObject({ kind: 'accepted', jobId: 'new' });
  });

  test.each([
    [400, { message: "'ada1@Lovelace.example' is odd" }, 'PrismInvalidRequest'],
    [401, '', 'PrismUnauthorized'],
    [403, '', 'PrismForbidden'],
    [404, '', 'PrismInvalidRequest'],
    [307, '', 'PrismInvalidRequest'],
    [409, { error: { code: 'idempotency_key_mismatch' } }, 'PrismInvalidRequest'],
    [409, { message: 'busy' }, 'PrismInProgress'],
    [429, '', 'PrismRateLimited'],
    [408, '', 'PrismUnclear'],
    [500, '', 'PrismUnclear'],
    [200, '<html>', 'PrismUnclear'],
    [202, { status: 'processing' }, 'PrismUnclear'],
  ])('HTTP %d %j fails as %s, and is never tried again by itself', async (status, body, type) => {
    rig.server.answer(reply(status, body, { 'retry-after': '3' }));
    const failure = await failureOf(send());
    expect(failure).toMatchObject({ type, nonRetryable: true });
    const refusal = { sent: 2, named: '', size: 2, unkeyed: '' };
    const more = status === 400 ? { refusal } : {};
    expect(failure.details).toEqual([{ retryAfterMs: 3000, status, requestId: null, ...more }]);
    expect(rig.server.requests).toHaveLength(1);
  });

  test('a connection that is refused is PrismUnavailable, one that is lost PrismUnclear', async () => {
    rig.server.answer((response) => response.destroy());
    expect(await failureOf(send())).toMatchObject({ type: 'PrismUnclear', nonRetryable: true });
    await rig.server.close();
    expect(await failureOf(send())).toMatchObject({ type: 'PrismUnavailable', nonRetryable: true });
  });

  test('is not cancelled midway: the job id would be lost', async () => {
    const environment = quietEnvironment();
    rig.server.answer((response) => {
      environment.cancel();
      setImmediate(() => response.end(JSON.stringify({ job_id: 'new', status: 'processing' })));
    });
    expect(await send({ environment })).toMatchObject({ kind: 'accepted', jobId: 'new' });
  });

  test('is not begun once it is cancelled', async () => {
    const environment = quietEnvironment();
    environment.cancel();
    await expect(send({ environment })).rejects.toBeInstanceOf(CancelledFailure);
    expect(rig.server.requests).toHaveLength(0);
  });

  test('a source that cannot be read fails as SourceInvalid, and nothing is sent', async () => {
    const failure = await failureOf(
      send({
        rows: [
          contactRow(1),
          new SourceError('source.uri', 'file:///x.csv (has changed)', 'the file as it was'),
        ],
      }),
    );
    expect(failure).toMatchObject({ type: 'SourceInvalid', nonRetryable: true });
    expect(failure.message).toContain('file:///x.csv (has changed)');
    expect(rig.server.requests).toHaveLength(0);
  });

  test('rows that are too large for any request are not sent: their batch is divided', async () => {
    const row = (rowNumber: number) => ({
      rowNumber,
      line: rowNumber + 1,
      row: WrittenRow.from({ default: { text: 'x'.repeat(600_000) } }),
    });
    const rows = Array.from({ length: 1000 }, (_, index) => row(index + 1));
    const message = `not sent, since the rows are more than ${maxRequestBytes} bytes as JSON`;
    expect(await send({ rows })).toEqual({ kind: 'too_large', rows: 1000, message });
    expect(await send({ rows }, { range: { from: 10, to: 60 } })).toEqual({
      kind: 'too_large',
      rows: 50,
      message,
    });
    expect(rig.server.requests).toHaveLength(0);
    rig.server.answer(reply(202, { job_id: 'new', status: 'processing' }));
    expect(await send({ rows }, { range: { from: 990, to: 1000 } })).toMatchObject({ kind: 'accepted' });
    const [request] = rig.server.requests;
    expect((JSON.parse(request?.body ?? '') as { objects: unknown[] }).objects).toHaveLength(10);
  });

  test.each([
    new TypeError('a Lovelace is undefined'),
    new RangeError('Invalid string length'),
    new Defect('no'),
    new Error('a Lovelace is lost'),
  ])('what only a defect can end certainly sends nothing: %s', async (error) => {
    const failure = await failureOf(send({ rows: [contactRow(1), error] }));
    expect(failure).toMatchObject({ type: 'Unexpected', nonRetryable: true, details: [{ status: null }] });
    expect(rig.server.requests).toHaveLength(0);
  });

  test('nothing is sent when the server does not say whose the batch is', async () => {
    const unproven = ApplicationFailure.create({ type: 'StorageUnavailable', details: [{ status: null }] });
    const failure = await failureOf(send({ requireOwn: () => Promise.reject(unproven) }));
    expect(failure).toMatchObject({ type: 'StorageUnavailable', details: [{ status: null }] });
    expect(rig.server.requests).toHaveLength(0);
  });

  test('rows that cannot be read while there is time for a request are not sent', async () => {
    const environment = quietEnvironment({ startToCloseTimeoutMs: 63_001 });
    const rows = Array.from({ length: 100_000 }, (_, index) => contactRow(index));
    const failure = await failureOf(send({ environment, rows }));
    expect(failure).toMatchObject({ type: 'PrismUnavailable', details: [{ status: null }] });
    expect(failure.message).toContain('not sent');
    expect(rig.server.requests).toHaveLength(0);
  });

  test('a storage that is silent is not waited for longer than that', async () => {
    const environment = quietEnvironment({ startToCloseTimeoutMs: 63_050 });
    const silent = new Promise<never>(() => undefined);
    const failure = await failureOf(send({ environment, rows: [contactRow(1), silent] }));
    expect(failure).toMatchObject({ type: 'PrismUnavailable', details: [{ status: null }] });
    expect(failure.message).toContain('not sent, since its rows could not be read in time');
    expect(rig.server.requests).toHaveLength(0);
  });

  test('a batch that cannot be read from storage fails as StorageUnavailable, and nothing is sent', async () => {
    const failure = await failureOf(send({ rows: [new StorageError('the bucket is away')] }));
    expect(failure).toMatchObject({ type: 'StorageUnavailable', details: [{ status: null }] });
    expect(rig.server.requests).toHaveLength(0);
  });

  test('sends a part of the rows that can be sent', async () => {
    rig.server.answer(reply(202, { job_id: 'new', status: 'processing', total: 2 }));
    const rows = [contactRow(1), { rowNumber: 2, line: 3, malformed: 'no' }, contactRow(3), contactRow(4)];
    await send({ rows }, { range: { from: 1, to: 3 } });
    const { objects } = JSON.parse(rig.server.requests[0]?.body ?? '') as { objects: unknown[] };
    expect(objects).toEqual(
      [3, 4].map((number) => ({ default: { email: `ada${number}@lovelace.example` } })),
    );
  });

  test.each([
    [413, ''],
    [400, { error: { code: 'too_many_rows', message: 'at most 1' } }],
    [422, { code: 'batch_too_large' }],
  ])('HTTP %d %j says that there were too many rows', async (status, body) => {
    rig.server.answer(reply(status, body));
    expect(await send()).toMatchObject({ kind: 'too_large', rows: 2, message: expect.any(String) as string });
  });

  test('results that cannot be stored fail as StorageUnavailable', async () => {
    await writeFile(join(rig.folder, 'store'), 'in the way');
    rig.server.answer(reply(200, { job_id: null, status: 'complete', results }));
    expect(await failureOf(send())).toMatchObject({
      type: 'StorageUnavailable',
      nonRetryable: true,
      details: [{ status: 200 }],
    });
  });
});
