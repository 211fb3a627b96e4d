import { gzipSync } from 'node:zlib';
import { classifyRead, classifyWrite } from '../../src/ports/prism-error';
import type { PrismOptions } from '../../src/prism/http';
import { reply, startScriptedServer, type Script, type ScriptedServer } from '../support/scripted-server';
import {
  customSecret,
  prismErrorOf,
  secretImport,
  secretiveClient,
  secretKey,
} from '../support/secretive-client';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const client = (options?: Partial<PrismOptions>) => secretiveClient(server, options);
const readError = (options?: Partial<PrismOptions>) => prismErrorOf(client(options).getImport('t', 'j'));
const writeError = (options?: Partial<PrismOptions>) =>
  prismErrorOf(client(options).startImport(secretImport));

describe('an answer other than 2xx', () => {
  test.each([400, 401, 403, 405, 408, 409, 413, 422, 429, 500, 502, 503, 504])(
    '%d says what was asked, what came back, and carries code, request id and hint',
    async (status) => {
      const body = { error: { code: 'some_code', message: 'in words', request_id: 'req_body' } };
      server.answer(reply(status, body, { 'retry-after-ms': '1500' }));
      const error = await readError();
      expect(error.message).toContain(`GET /v2/prism/t/imports/j: answered ${status} (some_code: in words)`);
      expect(error.facts).toEqual({
        problem: 'status',
        request: 'GET /v2/prism/t/imports/j',
        sent: true,
        status,
        requestId: 'req_body',
        code: 'some_code',
        retryAfterMs: 1500,
      });
    },
  );

  test.each<[string, unknown]>([
    ['empty', ''],
    ['HTML', '<html>502</html>'],
    ['JSON of another form', [1, 2]],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
    ['larger than any error', 'x'.repeat(1_000_000)],
  ])('keeps its status when its body is %s', async (_, body) => {
    server.answer(reply(502, body, { 'x-request-id': 'req_header' }));
    const { facts } = await readError();
    expect(facts).toMatchObject({ problem: 'status', status: 502, code: null, requestId: 'req_header' });
  });

  test('keeps its status when its body breaks off', async () => {
    server.answer((response) => {
      response.writeHead(503, { 'content-length': '100' });
      response.write('{"error":');
      setImmediate(() => response.destroy());
    });
    expect((await readError()).facts).toMatchObject({ problem: 'status', status: 503 });
  });

  test('a 404 to an import request is an error', async () => {
    server.answer(reply(404, { message: 'no such route' }));
    expect((await writeError()).facts).toMatchObject({ problem: 'status', status: 404 });
  });

  test('shows neither a key nor row contents that the server quotes', async () => {
    const message = `key ${secretKey} ${customSecret}: email 'Ada@Lovelace.example' is odd`;
    const body = {
      error: { code: secretKey, message, request_id: secretKey, errors: [{ field: '.email', message }] },
    };
    server.answer(reply(400, body, { 'x-request-id': `r-${secretKey}` }));
    const error = await writeError();
    expect(error.message).toContain('email');
    expect(error.message).toContain('is odd');
  });

  test('keeps the code of a conflict though a row has the same words', async () => {
    server.answer(reply(409, { error: { code: 'idempotency_key_mismatch', message: 'x' } }));
    const rows = [{ default: { name: 'key mismatch' } }];
    const error = await prismErrorOf(client().startImport({ ...secretImport, rows }));
    expect(classifyWrite(error).type).toBe('PrismInvalidRequest');
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%d to another origin is not followed', async (status) => {
    const elsewhere = await startScriptedServer();
    try {
      server.answer(reply(status, '', { location: `${elsewhere.url}/v2/prism/t/imports/j` }));
      expect((await readError()).message).toMatch(/Redirects are not followed.*MICRO_BASE_URL/);
      expect(classifyWrite(await writeError()).type).toBe('PrismInvalidRequest');
      expect(elsewhere.connections()).toBe(0);
      expect(server.requests).toHaveLength(2);
    } finally {
      await elsewhere.close();
    }
  });

  test('to the same origin is not followed either, and neither is the Location of a 202', async () => {
    server.answer(reply(307, '', { location: '/elsewhere' }));
    await readError();
    server.answer(reply(202, { job_id: 'j', status: 'processing' }, { location: '/elsewhere' }));
    await client().startImport(secretImport);
    expect(server.requests.map(({ url }) => url)).not.toContain('/elsewhere');
  });
});

describe('a 2xx that is not the contract', () => {
  test.each<[string, Script]>([
    ['empty', reply(200)],
    ['204', reply(204)],
    ['HTML', reply(200, '<html>')],
    ['cut off JSON', reply(200, '{"status":')],
    ['null', reply(200, 'null')],
    ['an array', reply(200, [])],
    ['without status', reply(200, { job_id: 'j' })],
    ['with a number as status', reply(200, { job_id: 'j', status: 1 })],
    ['with a text as count', reply(200, { job_id: 'j', status: 'processing', total: '3' })],
    ['with a broken row', reply(200, { job_id: 'j', status: 'complete', results: [{ id: 5 }] })],
    ['not UTF-8', reply(200, Buffer.from([0x22, 0xff, 0x22]))],
  ])('%s is malformed, and unclear for a write', async (_, script) => {
    server.answer(script);
    expect(classifyRead(await readError()).type).toBe('PrismMalformedResponse');
    expect(classifyWrite(await writeError()).type).toBe('PrismUnclear');
  });

  test.each([
    { status: 'processing' },
    { job_id: null, status: 'processing' },
    { job_id: '', status: 'processing' },
    { job_id: 'a\nb', status: 'processing' },
    { job_id: 'x'.repeat(201), status: 'processing' },
  ])('an answer to an import request that leaves nothing to ask for is malformed: %j', async (body) => {
    server.answer(reply(202, body));
    expect((await writeError()).facts.problem).toBe('malformed');
  });

  test('says where, without the value', async () => {
    server.answer(reply(200, { status: 'complete', results: [{}, { created: 'Lovelace' }] }));
    expect((await readError()).message).toContain('at results.1.created: ');
  });
});

describe('an answer that is too large', () => {
  test.each<[string, Script]>([
    ['with a length', reply(200, 'x'.repeat(5000))],
    ['in chunks', (response) => void [response.write('x'.repeat(3000)), response.end('x'.repeat(3000))]],
    ['once unpacked', reply(200, gzipSync('x'.repeat(5_000_000)), { 'content-encoding': 'gzip' })],
  ])('%s names the setting, and is not fetched again at once', async (_, script) => {
    server.answer(script);
    const error = await readError({ maxResponseBytes: 4096 });
    expect(error.message).toContain('more than 4096 bytes. Raise PRISM_MAX_RESPONSE_BYTES');
    expect(classifyRead(error)).toMatchObject({ type: 'PrismMalformedResponse', retryable: false });
    expect(classifyWrite(await writeError({ maxResponseBytes: 4096 })).type).toBe('PrismUnclear');
  });

  test('is not read on once the limit is passed', async () => {
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      server.answer((response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
        };
        response.on('drain', more).on('close', resolve);
        more();
      });
    });
    await readError({ maxResponseBytes: 100_000 });
    await closed;
    expect(written).toBeLessThan(50_000_000);
  });
});
