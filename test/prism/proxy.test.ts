import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createPrismClient } from '../../src/prism/client';
import { PrismError } from '../../src/ports/prism-error';
import { certificates } from '../support/certificates';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy';
import { reply, startScriptedServer, type ScriptedServer } from '../support/scripted-server';

let server: ScriptedServer;
let proxy: ConnectProxy;
let tlsServer: Server;
beforeAll(async () => {
  server = await startScriptedServer();
  proxy = await startConnectProxy(server.port);
  tlsServer = createServer({
    cert: readFileSync(certificates.server.certificate),
    key: readFileSync(certificates.server.key),
  }).listen(0, '127.0.0.1');
  await once(tlsServer, 'listening');
});
beforeEach(() => {
  proxy.asked.length = 0;
  server.requests.length = 0;
  proxy.answer(200);
  server.answer(reply(200, { job_id: 'j', status: 'processing' }));
});
afterAll(async () => {
  await Promise.all([proxy.close(), server.close()]);
  tlsServer.close();
});

const client = (baseUrl: string, through: ConnectProxy | null = proxy) =>
  createPrismClient({
    baseUrl,
    apiKey: 'a-key-of-micro',
    requestsPerSecond: 1000,
    secrets: () => ['hunter2-pass'],
    route: {
      proxy: through && new URL(`http://me:hunter2-pass@127.0.0.1:${through.port}`),
      clientCertificate: null,
    },
  });
const launch = {
  teamId: 't',
  objectType: 'contact' as const,
  rows: [{ default: {} }],
  options: {},
  idempotencyKey: 'some-key',
};
const errorOf = async (work: Promise<unknown>): Promise<PrismError> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PrismError);
  return error as PrismError;
};

test('requests go by CONNECT with the credentials, reads over one way that is kept', async () => {
  const api = client('http://api.test:81');
  await api.getImport('t', 'j');
  await api.getImport('t', 'j');
  await api.startImport(launch);
  const authorization = `Basic ${Buffer.from('me:hunter2-pass').toString('base64')}`;
  const way = { target: 'api.test:81', authorization };
  expect(proxy.asked).toEqual([way, way]);
  expect(server.requests).toHaveLength(3);
  expect(server.requests[0]?.headers).toMatchObject({ host: 'api.test:81', 'x-api-key': 'a-key-of-micro' });
  expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
});

test('a server on loopback is asked without the proxy', async () => {
  await client(server.url).getImport('t', 'j');
  expect(proxy.asked).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test('a proxy that refuses is no answer of the API: nothing was sent, and no credential is shown', async () => {
  proxy.answer(407);
  const error = await errorOf(client('http://api.test').startImport(launch));
  expect(error.facts).toMatchObject({ problem: 'unreachable', sent: false, status: null });
  expect(error.message).toMatch(
    /no connection to http:\/\/api\.test: the proxy refused \(HTTP 407\)\. Set a user:password .* PRISM_PROXY/,
  );
  expect(error.message).not.toContain('hunter2');
  expect(server.requests).toEqual([]);
});

test('a proxy that refuses the host, and one that is not there, are told from the API', async () => {
  proxy.answer(403);
  const refused = await errorOf(client('http://api.test').getImport('t', 'j'));
  expect(refused.message).toMatch(/the proxy refused \(HTTP 403\)\. Allow requests to this host/);
  const other = await startConnectProxy(server.port);
  await other.close();
  const gone = await errorOf(client('http://api.test', other).getImport('t', 'j'));
  expect(gone.message).toMatch(/the proxy: connect ECONNREFUSED .*Check PRISM_PROXY and the network/);
  expect(refused.message + gone.message).not.toContain('hunter2');
});

test.each([
  ['http://[fd00::7]', '[fd00::7]:80'],
  ['http://[fd00::7]:81', '[fd00::7]:81'],
  ['http://10.0.0.7', '10.0.0.7:80'],
])('the API at %s is asked for as %s', async (baseUrl, target) => {
  await client(baseUrl).getImport('t', 'j');
  expect(proxy.asked.map((each) => each.target)).toEqual([target]);
  expect(server.requests).toHaveLength(1);
});

test('a proxy may have an IPv6 address', async () => {
  // Where nobody listens, since not every machine has such addresses.
  const api = createPrismClient({
    baseUrl: 'http://api.test',
    apiKey: 'a-key-of-micro',
    route: { proxy: new URL('http://[::1]:1'), clientCertificate: null },
  });
  const { message } = await errorOf(api.getImport('t', 'j'));
  expect(message).toMatch(/the proxy: connect \w+ ::1:1/);
});

test('a launch whose TLS is not agreed on through the proxy was not sent', async () => {
  const other = await startConnectProxy((tlsServer.address() as AddressInfo).port);
  try {
    const error = await errorOf(client('https://api.test', other).startImport(launch));
    expect(error.facts).toMatchObject({ problem: 'unreachable', sent: false });
    expect(other.asked).toHaveLength(1);
  } finally {
    await other.close();
  }
});

test('the environment names no proxy', async () => {
  const before = { ...process.env };
  const url = `http://127.0.0.1:${proxy.port}`;
  Object.assign(process.env, { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, ALL_PROXY: url });
  try {
    await errorOf(client('http://api.test', null).getImport('t', 'j'));
    expect(proxy.asked).toEqual([]);
  } finally {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});
