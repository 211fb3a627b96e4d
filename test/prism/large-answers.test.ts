import { gzipSync } from 'node:zlib';
import type { RowResult } from '../../src/core/api/import-job';
import { createPrismClient } from '../../src/prism/client';
import { classifyRead, type PrismError } from '../../src/ports/prism-error';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const client = (options: { maxResponseBytes?: number; timeoutMs?: number } = {}) =>
  createPrismClient({ baseUrl: server.url, apiKey: 'k', ...options });

const results = Array.from({ length: 20_000 }, (_, n) => ({
  input_index: n,
  id: `record-${n}-${'x'.repeat(60)}`,
}));
const bare = { job_id: 'j', status: 'complete', total: 20_000 };
const answer = { ...bare, results };

function collector() {
  const taken: RowResult[] = [];
  return { taken, take: (some: RowResult[]) => Promise.resolve(void taken.push(...some)) };
}

test.each([
  { say: 'as it is', body: JSON.stringify(answer), headers: {} },
  { say: 'packed', body: gzipSync(JSON.stringify(answer)), headers: { 'content-encoding': 'gzip' } },
])('the results of a large answer go to the taker: $say', async ({ body, headers }) => {
  const taker = collector();
  server.answer(reply(200, body, headers));
  const seen = await client().getImport('t', 'j', undefined, taker);
  expect(seen).toMatchObject({ value: bare, streamed: true });
  expect(seen.value).not.toHaveProperty('results');
  expect(taker.taken).toEqual(results);
});

test('a small answer is held, and a large one without a taker', async () => {
  const taker = collector();
  server.answer(reply(200, { ...answer, results: results.slice(0, 5) }));
  const small = await client().getImport('t', 'j', undefined, taker);
  expect(small).toMatchObject({ value: { results: results.slice(0, 5) }, streamed: false });
  expect(taker.taken).toEqual([]);
  server.answer(reply(200, answer));
  expect((await client().getImport('t', 'j')).value?.results).toHaveLength(20_000);
});

test('the limit of an answer holds for a large one too', async () => {
  server.answer(reply(200, answer));
  const reading = client({ maxResponseBytes: 1_500_000 }).getImport('t', 'j', undefined, collector());
  await expect(reading).rejects.toMatchObject({ facts: { problem: 'too_large' } });
});

test('a large answer that breaks off is interrupted, to be asked for again', async () => {
  server.answer((response) => {
    response.writeHead(200, { 'content-length': '100000000' });
    response.write(JSON.stringify(answer).slice(0, -100), () => response.destroy());
  });
  const error: unknown = await client()
    .getImport('t', 'j', undefined, collector())
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ facts: { problem: 'interrupted', sent: true } });
  expect(classifyRead(error as PrismError)).toMatchObject({ retryable: true });
});

test('the next results come when the taker is ready', async () => {
  let waiting = 0;
  let most = 0;
  const slow = {
    take: async () => {
      most = Math.max(most, ++waiting);
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      waiting -= 1;
    },
  };
  server.answer(reply(200, answer));
  await client().getImport('t', 'j', undefined, slow);
  expect(most).toBe(1);
});

describe('while the taker waits for what never comes', () => {
  const never = { take: () => new Promise<void>(() => undefined) };

  test('an aborted signal ends the request with its reason', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const stuck = { take: () => (abort.abort(reason), never.take()) };
    server.answer(reply(200, answer));
    await expect(client().getImport('t', 'j', abort.signal, stuck)).rejects.toBe(reason);
  });

  test('the time limit ends it too', async () => {
    server.answer(reply(200, answer));
    const reading = client({ timeoutMs: 500 }).getImport('t', 'j', undefined, never);
    await expect(reading).rejects.toMatchObject({ facts: { problem: 'timeout' } });
  });
});
