import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { readdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { PassThrough } from 'node:stream';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CancelledFailure } from '@temporalio/common';
import { withoutAccounts } from '../../src/config/config';
import { inlineResultsLimitBytes } from '../../src/core/tracker/get-import-status';
import { createActivityRig, failureOf, quietEnvironment, type ActivityRig } from './support/activity-rig';
import { reply } from '../support/scripted-server';
import { contentOf } from '../storage/support/store-behaviour';
import type { ObjectStore } from '../../src/ports/object-store';

let rig: ActivityRig;
beforeEach(async () => {
  rig = await createActivityRig();
});
afterEach(() => rig.close());

const results = Array.from({ length: 30_000 }, (_, n) => ({
  input_index: n,
  id: `record-${n}-${'x'.repeat(40)}`,
}));
const job = { job_id: 'j', status: 'complete', total: results.length };
const poll = (mode: 'auto' | 'stored' | 'omitted' = 'auto', store: null | undefined = undefined) =>
  rig.getImportStatus({ teamId: 't', jobId: 'j', results: mode }, store === null ? { store } : {});
/** So much space that the answer is a large one though its results are not. */
const padded = (body: object) => JSON.stringify(body).replace('{', `{${' '.repeat(1024 * 1024)}`);
const left = async () => await readdir(rig.folder, { recursive: true });

describe('results of a large answer', () => {
  test.each(['auto', 'stored'] as const)(
    'are stored as they come (%s), wherever the status stands',
    async (mode) => {
      for (const body of [
        { ...job, results },
        { results, ...job },
      ]) {
        rig.server.answer(reply(200, body));
        const status = await poll(mode);
        if (!status.found || status.resultsRef === null) throw new Error('nothing was stored');
        expect(status.job).toEqual(job);
        expect(status.resultsRef.rows).toBe(30_000);
        const lines = (await contentOf(rig.store, status.resultsRef.uri)).trimEnd().split('\n');
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(results);
      }
    },
  );

  test.each([
    { say: 'they are to be omitted', mode: 'omitted' as const, store: undefined },
    { say: 'there is no store', mode: 'auto' as const, store: null },
  ])('are omitted when $say', async ({ mode, store }) => {
    rig.server.answer(reply(200, { ...job, results }));
    expect(await poll(mode, store)).toMatchObject({ job, resultsRef: null, resultsOmitted: true });
    expect(existsSync(join(rig.folder, 'store'))).toBe(false);
  });

  test.each([
    { say: 'a job at work', body: { results, ...job, status: 'processing' }, fails: false },
    { say: 'a body that breaks off', body: JSON.stringify({ results, ...job }).slice(0, -5), fails: true },
    { say: 'another job', body: { results, ...job, job_id: 'other' }, fails: true },
  ])('leave nothing behind with $say', async ({ body, fails }) => {
    rig.server.answer(reply(200, body));
    const polling = poll();
    if (fails) expect(await failureOf(polling)).toMatchObject({ type: 'PrismMalformedResponse' });
    else expect(await polling).toMatchObject({ resultsRef: null, resultsOmitted: true });
    expect((await left()).filter((name) => /ndjson|tmp/.test(name))).toEqual([]);
  });

  test.each([
    { say: 'while they come', list: results, until: () => true },
    // Fewer, so that all of them may wait for the store.
    {
      say: 'when all have come',
      list: results.slice(0, 5000),
      until: (pipe: PassThrough) => pipe.writableFinished || once(pipe, 'finish'),
    },
  ])('are given up when the poll is cancelled $say', async ({ list, until }) => {
    const environment = quietEnvironment();
    async function* cancelled(pipe: PassThrough) {
      await until(pipe);
      environment.cancel();
      for await (const chunk of pipe) yield chunk as Buffer;
    }
    const store: ObjectStore = {
      ...rig.store,
      write: (name, chunks) => rig.store.write(name, cancelled(chunks as PassThrough)),
    };
    rig.server.answer(reply(200, padded({ ...job, results: list })));
    const input = { teamId: 't', jobId: 'j', results: 'stored' as const };
    const polling = rig.getImportStatus(input, { environment, store });
    await expect(polling).rejects.toBeInstanceOf(CancelledFailure);
    expect((await left()).filter((name) => /ndjson|tmp/.test(name))).toEqual([]);
  });

  test('that cannot be stored fail as StorageUnavailable', async () => {
    await writeFile(join(rig.folder, 'store'), 'in the way');
    rig.server.answer(reply(200, { ...job, results }));
    expect(await failureOf(poll())).toMatchObject({ type: 'StorageUnavailable', nonRetryable: false });
  });
});

describe('few results of a large answer', () => {
  const few = [{ id: 'a', created: true }, { error: { code: 'x', message: 'ü' } }];
  /** Results whose JSON array has exactly this many bytes. */
  const one = (bytes: number) => [{ id: 'x'.repeat(bytes - '[{"id":""}]'.length) }];

  test.each([
    { say: 'when they are few', list: few },
    { say: 'up to exactly 256 KiB', list: one(inlineResultsLimitBytes) },
    { say: 'when there are none', list: [] },
  ])('stay inline $say, as those of a small one do', async ({ list }) => {
    for (const store of [undefined, null] as const) {
      rig.server.answer(reply(200, padded({ ...job, results: list })));
      const status = await poll('auto', store);
      expect(status).toMatchObject({ resultsRef: null, resultsOmitted: false });
      expect(status).toHaveProperty('job', { ...job, results: list });
      expect(await left()).toEqual([]);
    }
  });

  test('are stored from the first byte above 256 KiB', async () => {
    rig.server.answer(reply(200, padded({ ...job, results: one(inlineResultsLimitBytes + 1) })));
    expect(await poll()).toMatchObject({ job, resultsRef: { rows: 1 }, resultsOmitted: false });
  });

  test('that are none are stored when that was asked for', async () => {
    rig.server.answer(reply(200, padded({ ...job, results: [] })));
    expect(await poll('stored')).toMatchObject({ resultsRef: { rows: 0, bytes: 0 }, resultsOmitted: false });
  });

  test.each(['auto', 'stored', 'omitted'] as const)('are nowhere without a list (%s)', async (mode) => {
    rig.server.answer(reply(200, padded(job)));
    const status = await poll(mode);
    expect(status).toMatchObject({ resultsRef: null, resultsOmitted: false });
    expect(status).not.toHaveProperty('job.results');
  });

  test('of a job at work are dropped', async () => {
    rig.server.answer(reply(200, padded({ ...job, status: 'processing', results: few })));
    const status = await poll();
    expect(status).toMatchObject({ resultsRef: null, resultsOmitted: true });
    expect(status).not.toHaveProperty('job.results');
  });
});

test('an answer of 60 MB is stored by a process that holds less than 20 MB of it at any time', async () => {
  const server = createServer((_, response) => void sendResults(response, 500_000));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const script = `
    const { MockActivityEnvironment } = require('@temporalio/testing');
    const { createApiActivities } = require('./dist/activities/api-activities');
    const { createPrismClient } = require('./dist/prism/client');
    const { createFileStore } = require('./dist/storage/file-store');
    const api = createPrismClient({ baseUrl: 'http://127.0.0.1:${port}', apiKey: 'k', timeoutMs: 280_000 });
    const store = createFileStore(${JSON.stringify(join(rig.folder, 'large'))});
    const { getImportStatus } = createApiActivities({ api, store, batches: null });
    const input = { teamId: 't', jobId: 'j', results: 'auto' };
    const held = () => {
      gc();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = held();
    const samples = [];
    setInterval(() => samples.push(held() - before), 50).unref();
    new MockActivityEnvironment().run(getImportStatus, input).then((status) => {
      console.log(JSON.stringify({ ...status, samples }));
    });`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=64', '--expose-gc', '-e', script],
    {
      cwd: join(__dirname, '..', '..'),
      env: withoutAccounts(),
    },
  );
  server.close();
  const status = JSON.parse(stdout) as { resultsRef: { rows: number; bytes: number }; samples: number[] };
  expect(status.resultsRef.rows).toBe(500_000);
  expect(status.resultsRef.bytes).toBeGreaterThan(55_000_000);
  expect(status.samples.length).toBeGreaterThan(5);
  expect(Math.max(...status.samples)).toBeLessThan(20_000_000);
});

async function sendResults(response: ServerResponse, count: number): Promise<void> {
  response.write('{"job_id":"j","results":[');
  for (let n = 0; n < count; n += 1000) {
    const some = Array.from({ length: Math.min(1000, count - n) }, (_, index) => ({
      input_index: n + index,
      id: `5f0f4f3e-2b58-4a7e-8f0f-${String(n + index).padStart(12, '0')}`,
      created: true,
      existing: false,
      updated: false,
    }));
    const text = some.map((each) => JSON.stringify(each)).join();
    if (!response.write(n === 0 ? text : `,${text}`)) await once(response, 'drain');
  }
  response.end('],"status":"complete","total":1}');
}
