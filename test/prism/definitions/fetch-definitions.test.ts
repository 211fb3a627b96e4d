import { gzipSync } from 'node:zlib';
import { PrismError } from '../../../src/ports/prism-error';
import { fetchDefinitions } from '../../../src/prism/definitions/fetch-definitions';
import { reply, startScriptedServer, type ScriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const ask = () =>
  fetchDefinitions(
    { baseUrl: server.url, apiKey: 'sk-hunter2-test', requestsPerSecond: 1000 },
    { teamId: 'a team', objectType: 'organization' },
  );
const refused = async () => {
  const error = await ask().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PrismError)) throw new Error('no PrismError', { cause: error });
  return error;
};
const name = { id: 'n', slug: 'name', type: 'str', name: 'Name', later: [1] };
const tier = {
  id: 't',
  slug: 'tier',
  type: 'select_str',
  options: [{ id: 'o', slug: 'gold', value: 'Gold' }],
};

test('asks once, with the key, and gives the definitions of the kind', async () => {
  server.answer(reply(200, { organization: { n: name, t: tier }, deal: { x: { slug: 'x', type: 'str' } } }));
  expect(await ask()).toEqual({
    request: 'GET /v2/prism/a%20team/organization/properties',
    definitions: [name, tier],
  });
  expect(server.requests).toMatchObject([
    {
      method: 'GET',
      url: '/v2/prism/a%20team/organization/properties',
      headers: { 'x-api-key': 'sk-hunter2-test' },
    },
  ]);
});

test.each([
  [{ n: name, t: tier }, [name, tier]],
  [{ n: name }, [name]],
  [{ organization: {} }, []],
  [{}, []],
])('takes %j, definitions by id, too', async (body, definitions) => {
  server.answer(reply(200, body));
  expect((await ask()).definitions).toEqual(definitions);
});

test('many definitions with many options are read', async () => {
  const options = Array.from({ length: 2000 }, (_, n) => ({ id: `o${n}`, slug: `s${n}`, value: null }));
  const many = Array.from({ length: 50 }, (_, n) => [`p${n}`, { ...tier, slug: `p${n}`, options }]);
  server.answer(reply(200, { organization: Object.fromEntries(many) as unknown }));
  expect((await ask()).definitions).toHaveLength(50);
});

test.each([
  ['nothing', '', 'empty'],
  ['HTML', '<html>', 'not JSON'],
  ['a list', [name], 'not an object of definitions by id'],
  ['null', 'null', 'not an object of definitions by id'],
  ['a definition without slug', { organization: { n: { type: 'str' } } }, 'at n.slug'],
  ['a job', { job_id: 'j', status: 'processing', total: 1 }, 'at job_id'],
  ['what is nested without end', '['.repeat(1000), 'more than 16 levels'],
  ['too many members', `{"a":[${'1,'.repeat(600_000)}1]}`, 'more than 500000 members'],
  ['too many bytes', `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`, 'more than 16777216 bytes'],
])('%s is refused as malformed', async (_, body, seen) => {
  server.answer(reply(200, body));
  const { message, facts } = await refused();
  expect(facts).toMatchObject({ problem: 'malformed', status: 200 });
  expect(message).toContain('with a body that is not a valid list of property definitions: ');
  expect(message).toContain(seen);
});

test('an answer that unpacks to far more than it is, is refused while it arrives', async () => {
  const body = gzipSync(`{"a":"${'x'.repeat(200 * 1024 * 1024)}"}`);
  server.answer(reply(200, body, { 'content-encoding': 'gzip' }));
  expect((await refused()).facts).toMatchObject({ problem: 'malformed' });
});

test.each([
  [401, 'MICRO_API_KEY'],
  [403, 'may use this team'],
  [404, 'Check MICRO_BASE_URL, the team id and the object type.'],
  [429, 'quota'],
  [503, 'reports a server error'],
])('%d says what was asked, what came back and what to do', async (status, advice) => {
  server.answer(reply(status, { error: { code: 'some_code', message: 'key sk-hunter2-test' } }));
  const { message } = await refused();
  expect(message).toContain(`GET /v2/prism/a%20team/organization/properties: answered ${status} (some_code`);
  expect(message).toContain(advice);
  expect(message).not.toContain('hunter2');
});
