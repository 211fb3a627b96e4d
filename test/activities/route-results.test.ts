import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { inlineResultsLimitBytes, type ResultsMode } from '../../src/core/tracker/get-import-status';
import {
  createActivityRig,
  failureOf,
  quietEnvironment,
  type ActivityRig,
  type RunWith,
} from './support/activity-rig';
import { reply } from '../support/scripted-server';
import { contentOf } from '../storage/support/store-behaviour';
import type { ObjectStore } from '../../src/ports/object-store';

let rig: ActivityRig;
beforeEach(async () => {
  rig = await createActivityRig();
});
afterEach(() => rig.close());

const poll = (results: ResultsMode = 'auto', run?: RunWith) =>
  rig.getImportStatus({ teamId: 't', jobId: 'j', results }, run);

const finished = { job_id: 'j', status: 'complete', total: 2, processed: 2 };
/** Results whose JSON array has exactly this many bytes. */
function resultsOf(bytes: number): { id: string }[] {
  const half = Math.floor((bytes - 2 - 1 - 2 * '{"id":""}'.length) / 2);
  const rest = bytes - 2 - 1 - 2 * '{"id":""}'.length - half;
  return [{ id: 'x'.repeat(half) }, { id: 'y'.repeat(rest) }];
}

describe('the results of a job', () => {
  const small = [{ id: 'a', created: true }, { error: { code: 'x', message: 'y' } }];
  const large = resultsOf(inlineResultsLimitBytes + 1);

  test.each<[string, object[]]>([
    ['when they are few', small],
    ['up to exactly 256 KiB', resultsOf(inlineResultsLimitBytes)],
    ['when there are none', []],
  ])('stay inline %s', async (_, results) => {
    rig.server.answer(reply(200, { ...finished, results }));
    expect(await poll()).toMatchObject({
      job: { ...finished, results },
      resultsRef: null,
      resultsOmitted: false,
    });
    expect(await readdir(rig.folder)).toEqual([]);
  });

  test.each<[string, ResultsMode, object[]]>([
    ['when they are larger', 'auto', large],
    ['when that was asked for', 'stored', small],
    ['when that was asked for, though there are none', 'stored', []],
  ])('are stored %s, one a line', async (_, mode, results) => {
    rig.server.answer(reply(200, { ...finished, results }));
    const status = await poll(mode);
    if (!status.found || status.resultsRef === null) throw new Error('nothing was stored');
    expect(status).toMatchObject({ job: finished, resultsOmitted: false });
    expect(status.job).not.toHaveProperty('results');
    expect(status.resultsRef.rows).toBe(results.length);
    expect(status.resultsRef.uri).toMatch(/\/store\/results\/t\/j\.ndjson$/);
    const lines = results.map((result) => `${JSON.stringify(result)}\n`).join('');
    expect(await contentOf(rig.store, status.resultsRef.uri)).toBe(lines);
  });

  test('stored twice are the same object', async () => {
    rig.server.answer(reply(200, { ...finished, results: small }));
    expect(await poll('stored')).toMatchObject({
      resultsRef: ((await poll('stored')) as { resultsRef: object }).resultsRef,
    });
    expect(await readdir(join(rig.folder, 'store', 'results', 't'))).toEqual(['j.ndjson']);
  });

  test.each<[string, ResultsMode, object[], boolean]>([
    ['when that was asked for', 'omitted', small, true],
    ['and there were none to omit', 'omitted', [], false],
  ])('are omitted %s', async (_, mode, results, resultsOmitted) => {
    rig.server.answer(reply(200, { ...finished, results }));
    const status = await poll(mode);
    expect(status).toMatchObject({ resultsRef: null, resultsOmitted });
    expect(status).not.toHaveProperty('job.results');
  });

  test.each<[ResultsMode, object[]]>([
    ['auto', large],
    ['stored', small],
  ])('are omitted without storage: %s', async (mode, results) => {
    rig.server.answer(reply(200, { ...finished, results }));
    expect(await poll(mode, { store: null })).toMatchObject({
      job: finished,
      resultsRef: null,
      resultsOmitted: true,
    });
  });

  test.each(['processing', 'resting'])('of a job that is %s are dropped', async (status) => {
    rig.server.answer(reply(200, { job_id: 'j', status, results: small }));
    const seen = await poll('stored');
    expect(seen).toMatchObject({ job: { status }, resultsRef: null, resultsOmitted: true });
    expect(seen).not.toHaveProperty('job.results');
    expect(await readdir(rig.folder)).toEqual([]);
  });

  test('of a failed job are kept as those of a complete one', async () => {
    rig.server.answer(reply(200, { job_id: 'j', status: 'failed', results: small }));
    expect(await poll()).toMatchObject({ job: { status: 'failed', results: small }, resultsOmitted: false });
  });

  test('whose ids lead elsewhere stay in the store', async () => {
    rig.server.answer(reply(200, { status: 'complete', results: small }));
    await rig.getImportStatus({
      teamId: '../..',
      jobId: '/etc/x',
      results: 'stored',
    });
    expect(await readdir(rig.folder)).toEqual(['store']);
    expect(await readdir(join(rig.folder, 'store', 'results'))).toEqual([expect.stringMatching(/^h-/)]);
  });

  test('that cannot be stored fail as StorageUnavailable, to be tried again', async () => {
    await writeFile(join(rig.folder, 'store'), 'in the way');
    rig.server.answer(reply(200, { ...finished, results: small }));
    const failure = await failureOf(poll('stored'));
    expect(failure).toMatchObject({ type: 'StorageUnavailable', nonRetryable: false });
    expect(failure.message).toContain('writing');
    expect(failure.details).toEqual([{ retryAfterMs: null, status: null, requestId: null }]);
  });

  test('being stored are given up when the poll is cancelled', async () => {
    const environment = quietEnvironment();
    const cancelling: ObjectStore = {
      ...rig.store,
      write: (name, chunks) => {
        environment.cancel();
        return rig.store.write(name, chunks);
      },
    };
    rig.server.answer(reply(200, { ...finished, results: small }));
    await expect(poll('stored', { environment, store: cancelling })).rejects.toBeInstanceOf(CancelledFailure);
    expect(await readdir(join(rig.folder, 'store', 'results', 't'))).toEqual([]);
  });
});
