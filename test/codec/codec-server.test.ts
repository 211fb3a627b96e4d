import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { PayloadCodec, SerializationContext } from '@temporalio/common';
import { startCodecServer, type CodecServer } from '../../src/codec/codec-server';
import { createEncryptionCodec } from '../../src/codec/encryption-codec';

const ui = 'http://localhost:8233';
const token = 'a-token-of-some-length';
const json = { 'content-type': 'application/json' };
const secret = 'Marked Value';
const plain = {
  payloads: [
    {
      metadata: { encoding: Buffer.from('json/plain').toString('base64') },
      data: Buffer.from(JSON.stringify(secret)).toString('base64'),
    },
  ],
};
const codec = createEncryptionCodec([{ id: 'first', key: randomBytes(32) }]);
const contexts: (SerializationContext | undefined)[] = [];
const noting: PayloadCodec = {
  encode: (payloads, context) => (contexts.push(context), Promise.resolve(payloads)),
  decode: (payloads) => (payloads.length > 1 ? Promise.reject(new Error(secret)) : Promise.resolve(payloads)),
};

let server: CodecServer;
let guarded: CodecServer;

beforeAll(async () => {
  const shared = { host: '127.0.0.1', port: 0, origins: [ui] };
  server = await startCodecServer({ ...shared, codecs: [noting, codec], token: null, maxBodyBytes: 10_000 });
  guarded = await startCodecServer({ ...shared, codecs: [codec], token });
});
afterAll(() => Promise.all([server.close(), guarded.close()]));

const post = (path: string, body: unknown, headers: Record<string, string> = {}, { url } = server) =>
  fetch(`${url}${path}`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });

/** A request with a header that `fetch` would set by itself. */
async function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/decode`, { method: 'POST', headers: { ...json, host } });
    sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    sent.end('{}');
  });
}

test('what is encoded is decoded again, whatever path is before, and the codec hears of the namespace', async () => {
  const encoded = await post('/some/namespace/encode', plain, { 'x-namespace': 'imports' });
  expect(encoded.status).toBe(200);
  expect(contexts.pop()).toEqual({ type: 'workflow', namespace: 'imports', workflowId: '' });
  const text = await encoded.text();
  expect(Buffer.from(text, 'base64').toString()).not.toContain(secret);
  const decoded = await post('/decode?any=thing', JSON.parse(text));
  expect(decoded.headers.get('content-type')).toBe('application/json');
  expect(await decoded.json()).toEqual(plain);
  expect(await (await post('/decode', {})).json()).toEqual({ payloads: [] });
});

test('a page of the named UI may ask, as browsers find out before', async () => {
  const preflight = await fetch(`${server.url}/decode`, {
    method: 'OPTIONS',
    headers: {
      origin: ui,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-namespace',
      'access-control-request-private-network': 'true',
    },
  });
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': ui,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, x-namespace, authorization',
    'access-control-allow-private-network': 'true',
    vary: 'origin',
  });
  const answer = await post('/decode', plain, { origin: ui, 'x-namespace': 'default' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, ui]);
});

test.each(['http://localhost:8234', 'https://localhost:8233', 'http://evil.example', 'null'])(
  'a page of %s may not',
  async (origin) => {
    const answer = await post('/decode', plain, { origin });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const preflight = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.status).toBe(403);
  },
);

test.each([
  ['localhost:8081', 200],
  ['127.0.0.1', 200],
  ['[::1]:8081', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example:8081', 403],
  ['localhost.evil.example', 403],
])('a request to the host %s is answered with %d', async (host, status) => {
  expect(await statusFor(host)).toBe(status);
});

const binary = Buffer.from('binary/encrypted').toString('base64');

test.each([
  ['another path', '/download', plain, {}, 404],
  ['another type', '/decode', plain, { 'content-type': 'text/plain' }, 415],
  ['a list', '/decode', [], {}, 400],
  ['a text', '/decode', 'x', {}, 400],
  ['payloads that are none', '/decode', { payloads: [1] }, {}, 400],
  ['data that is not base64', '/decode', { payloads: [{ data: '{}' }] }, {}, 400],
  ['metadata that is not base64', '/decode', { payloads: [{ metadata: { encoding: 1 } }] }, {}, 400],
  ['a payload of another key', '/decode', { payloads: [{ metadata: { encoding: binary } }] }, {}, 400],
  ['what another codec fails on', '/decode', { payloads: [{}, {}] }, {}, 400],
  ['too much', '/decode', { payloads: [{ data: 'A'.repeat(20_000) }] }, {}, 413],
])('%s is refused, in words without a payload', async (_, path, body, headers, status) => {
  const answer = await post(path, body, headers);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(/^(?!.*Marked)[\x20-\x7e]{10,200}\n$/);
});

test('only POST is answered', async () => {
  const answer = await fetch(`${server.url}/decode`);
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
});

test.each([
  [undefined, 401],
  ['Bearer wrong', 401],
  [`bearer ${token}x`, 401],
  [`Bearer ${token}`, 200],
])('with a token, the authorization %j is answered with %d', async (authorization, status) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  expect((await post('/encode', plain, headers, guarded)).status).toBe(status);
});
