import { createPrismClient } from '../../src/prism/client';
import { PrismError } from '../../src/ports/prism-error';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
beforeEach(() => (server.requests.length = 0));
afterAll(() => server.close());

/** A server that takes this key alone, and tells the key it was sent. */
const takes = (key: string, refusal = 401) =>
  server.answer((response, request) => {
    const sent = String(request.headers['x-api-key']);
    if (sent === key) reply(200, { job_id: 'j', status: 'processing' })(response, request);
    else
      reply(refusal, { error: { code: 'unauthorized', message: `no such key: ${sent}` } })(response, request);
  });
const client = (apiKey: (refused?: string) => string) =>
  createPrismClient({ baseUrl: server.url, apiKey, requestsPerSecond: 1000 });
const keys = () => server.requests.map(({ headers }) => headers['x-api-key']);

test.each([401, 403])(
  'a key refused with %i is exchanged at once for the one that has come since',
  async (status) => {
    takes('second-key', status);
    let current = 'first-key';
    const api = client((refused) => {
      if (refused !== undefined) current = 'second-key';
      return current;
    });
    await api.getImport('t', 'j');
    await api.getImport('t', 'j');
    expect(keys()).toEqual(['first-key', 'second-key', 'second-key']);
  },
);

test('without another key a refusal is told at once, and with one after a second try', async () => {
  takes('neither-key');
  const same = client(() => 'first-key').getImport('t', 'j');
  await expect(same).rejects.toMatchObject({ facts: { status: 401 } });
  expect(keys()).toEqual(['first-key']);
  const other = client((refused) => (refused === undefined ? 'first-key' : 'second-key')).getImport('t', 'j');
  const error: unknown = await other.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PrismError);
  expect((error as PrismError).message).toContain('no such key: …');
  expect(keys()).toEqual(['first-key', 'first-key', 'second-key']);
});

test('a former key is not shown either', async () => {
  let current = 'first-key';
  const api = client(() => current);
  takes('first-key');
  await api.getImport('t', 'j');
  current = 'second-key';
  server.answer(reply(403, { error: { code: 'no', message: 'first-key was exchanged' } }));
  const error: unknown = await api.getImport('t', 'j').catch((thrown: unknown) => thrown);
  expect((error as PrismError).message).not.toContain('first-key');
});
