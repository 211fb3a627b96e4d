import fc from 'fast-check';
import type { RowResult } from '../../src/domain/import-job';
import { createPrismClient } from '../../src/prism/client';
import { JobReader } from '../../src/prism/job-reader';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';

const head = { request: 'GET import', status: 200, requestId: null, retryAfterMs: null };

/** What a reader makes of a body in pieces of a size. */
async function read(body: string | Buffer, size: number) {
  const results: RowResult[] = [];
  const reader = new JobReader(head, { take: (some) => (results.push(...some), Promise.resolve()) });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) await reader.write(bytes.subarray(at, at + size));
  return { job: reader.job(), results };
}

const someJob = {
  job_id: 'ä"\\',
  results: [{ id: 'x', error: { code: 'é', more: [1, [2]] } }, { input_index: 7, created: true }, {}],
  status: 'complete',
  total: 3,
  nested: { results: [1, 2], deep: { a: null } },
};

test('a body that comes in pieces of any size is read like a whole one', async () => {
  const body = JSON.stringify(someJob);
  const { results, ...job } = someJob;
  for (let size = 1; size <= Buffer.byteLength(body); size++) {
    expect(await read(body, size)).toEqual({ job, results });
  }
});

test('any job is read like by JSON.parse, wherever its results stand', async () => {
  const result = fc.record({ id: fc.string(), more: fc.jsonValue() });
  const extras = fc.dictionary(
    fc.string().filter((name) => !['results', 'status', '__proto__'].includes(name) && !/^\d+$/.test(name)),
    fc.jsonValue(),
  );
  const anyJob = fc.record({ before: extras, results: fc.array(result), after: extras });
  await fc.assert(
    fc.asyncProperty(anyJob, fc.integer({ min: 1, max: 50 }), async ({ before, results, after }, size) => {
      const known = [
        'job_id',
        'total',
        'processed',
        'succeeded',
        'failed',
        'error',
        'created_at',
        'updated_at',
        'expires_at',
      ];
      const rest = Object.fromEntries(
        Object.entries({ ...before, ...after }).filter(([name]) => !known.includes(name)),
      );
      const body = JSON.stringify({ ...rest, results, status: 'complete' });
      const whole = JSON.parse(body) as { results: unknown };
      const { results: expected, ...job } = whole;
      expect(await read(body, size)).toEqual({ job, results: expected });
    }),
    { numRuns: 200 },
  );
});

test.each([
  { say: 'breaks off', body: JSON.stringify(someJob).slice(0, -1), error: 'it is not JSON' },
  { say: 'goes on after its end', body: `${JSON.stringify(someJob)}{}`, error: 'it is not JSON' },
  {
    say: 'is not UTF-8',
    body: Buffer.from([...Buffer.from('{"status":"'), 0xff, ...Buffer.from('"}')]),
    error: 'it is not JSON',
  },
  { say: 'has no status', body: '{"results":[]}', error: 'at status' },
  { say: 'has results that are none', body: '{"status":"complete","results":{"a":1}}', error: 'at results' },
  {
    say: 'has a bad result',
    body: '{"status":"complete","results":[{},{"created":"yes"}]}',
    error: 'at results.1.created',
  },
])('a body that $say is malformed', async ({ body, error }) => {
  await expect(read(body, 5)).rejects.toMatchObject({
    message: expect.stringContaining(error) as string,
    facts: { problem: 'malformed' },
  });
});

test('results that are null or missing are none', async () => {
  for (const body of [
    '{"status":"complete","results":null}',
    '{"status":"complete"}',
    '{"status":"complete","results":[]}',
  ]) {
    expect(await read(body, 4)).toEqual({ job: { status: 'complete' }, results: [] });
  }
});

describe('over HTTP', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const results = Array.from({ length: 20_000 }, (_, n) => ({
    input_index: n,
    id: `record-${n}-${'x'.repeat(60)}`,
  }));
  const answer = { job_id: 'j', status: 'complete', total: 20_000, results };

  test('a large answer goes to the taker, a small one and one without a taker are held', async () => {
    const api = createPrismClient({ baseUrl: server.url, apiKey: 'k' });
    const taken: RowResult[] = [];
    const taker = { take: (some: RowResult[]) => (taken.push(...some), Promise.resolve()) };
    server.answer(reply(200, answer));
    const bare = { job_id: 'j', status: 'complete', total: 20_000 };
    expect(await api.getImport('t', 'j', undefined, taker)).toMatchObject({ value: bare, streamed: true });
    expect(taken).toEqual(results);
    server.answer(reply(200, { ...answer, results: results.slice(0, 5) }));
    const small = await api.getImport('t', 'j', undefined, taker);
    expect(small).toMatchObject({ value: { results: results.slice(0, 5) }, streamed: false });
    server.answer(reply(200, answer));
    expect((await api.getImport('t', 'j')).value?.results).toHaveLength(20_000);
  });

  test('the limit of an answer holds for a large one too', async () => {
    const api = createPrismClient({ baseUrl: server.url, apiKey: 'k', maxResponseBytes: 1_500_000 });
    server.answer(reply(200, answer));
    const reading = api.getImport('t', 'j', undefined, { take: () => Promise.resolve() });
    await expect(reading).rejects.toMatchObject({ facts: { problem: 'too_large' } });
  });
});
