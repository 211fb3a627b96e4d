import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { readdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config';
import { createActivityBench, failureOf, type ActivityBench } from '../support/activity-bench';
import { reply } from '../support/scripted-server';
import { contentOf } from '../support/store-behaviour';

let bench: ActivityBench;
beforeEach(async () => {
  bench = await createActivityBench();
});
afterEach(() => bench.close());

const results = Array.from({ length: 30_000 }, (_, n) => ({
  input_index: n,
  id: `record-${n}-${'x'.repeat(40)}`,
}));
const job = { job_id: 'j', status: 'complete', total: results.length };
const poll = (mode: 'auto' | 'stored' | 'omitted' = 'auto', store: null | undefined = undefined) =>
  bench.getImportStatus({ teamId: 't', jobId: 'j', results: mode }, store === null ? { store } : {});

describe('results of a large answer', () => {
  test.each(['auto', 'stored'] as const)(
    'are stored as they come (%s), wherever the status stands',
    async (mode) => {
      for (const body of [
        { ...job, results },
        { results, ...job },
      ]) {
        bench.server.answer(reply(200, body));
        const status = await poll(mode);
        if (!status.found || status.resultsRef === null) throw new Error('nothing was stored');
        expect(status.job).toEqual(job);
        expect(status.resultsRef.rows).toBe(30_000);
        const lines = (await contentOf(bench.store, status.resultsRef.uri)).trimEnd().split('\n');
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(results);
      }
    },
  );

  test.each([
    { say: 'they are to be omitted', mode: 'omitted' as const, store: undefined },
    { say: 'there is no store', mode: 'auto' as const, store: null },
  ])('are left out when $say', async ({ mode, store }) => {
    bench.server.answer(reply(200, { ...job, results }));
    expect(await poll(mode, store)).toMatchObject({ job, resultsRef: null, resultsOmitted: true });
    expect(existsSync(join(bench.folder, 'store'))).toBe(false);
  });

  test.each([
    { say: 'a job at work', body: { results, ...job, status: 'processing' }, fails: false },
    { say: 'a body that breaks off', body: JSON.stringify({ results, ...job }).slice(0, -5), fails: true },
    { say: 'another job', body: { results, ...job, job_id: 'other' }, fails: true },
  ])('leave nothing behind with $say', async ({ body, fails }) => {
    bench.server.answer(reply(200, body));
    const polling = poll();
    if (fails) expect(await failureOf(polling)).toMatchObject({ type: 'PrismMalformedResponse' });
    else expect(await polling).toMatchObject({ resultsRef: null, resultsOmitted: true });
    const left = await readdir(join(bench.folder, 'store'), { recursive: true });
    expect(left.filter((name) => /ndjson|tmp/.test(name))).toEqual([]);
  });

  test('that cannot be stored fail as StorageUnavailable', async () => {
    await writeFile(join(bench.folder, 'store'), 'in the way');
    bench.server.answer(reply(200, { ...job, results }));
    expect(await failureOf(poll())).toMatchObject({ type: 'StorageUnavailable', nonRetryable: false });
  });
});

test('an answer of 90 MB is stored by a process that may hold 64 MB of objects', async () => {
  const server = createServer((_, response) => void sendResults(response, 800_000));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const script = `
    const { MockActivityEnvironment } = require('@temporalio/testing');
    const { createImportActivities } = require('./dist/activities/import-activities');
    const { createPrismClient } = require('./dist/prism/client');
    const { createFileStore } = require('./dist/storage/file-store');
    const api = createPrismClient({ baseUrl: 'http://127.0.0.1:${port}', apiKey: 'k' });
    const store = createFileStore(${JSON.stringify(join(bench.folder, 'large'))});
    const { getImportStatus } = createImportActivities({ api, store, batches: null });
    const input = { teamId: 't', jobId: 'j', results: 'auto' };
    new MockActivityEnvironment().run(getImportStatus, input).then((status) => console.log(JSON.stringify(status)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', '-e', script], {
    cwd: join(__dirname, '..', '..'),
    env: withoutAccounts(),
  });
  server.close();
  const status = JSON.parse(stdout) as { resultsRef: { rows: number; bytes: number } };
  expect(status.resultsRef.rows).toBe(800_000);
  expect(status.resultsRef.bytes).toBeGreaterThan(90_000_000);
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
