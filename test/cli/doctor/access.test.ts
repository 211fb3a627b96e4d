import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Finding } from '../../../src/cli/doctor/findings';
import { certificates } from '../../support/certificates';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy';
import { runCli } from '../support/run-cli';

let api: Server;
let proxy: ConnectProxy;
let tlsProxy: ConnectProxy;
const shown: string[] = [];

beforeAll(async () => {
  api = createServer(
    {
      cert: readFileSync(certificates.server.certificate),
      key: readFileSync(certificates.server.key),
      ca: readFileSync(certificates.authority),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      shown.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      response.writeHead(404).end('{}');
    },
  ).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const { port } = api.address() as AddressInfo;
  proxy = await startConnectProxy(port);
  tlsProxy = await startConnectProxy(port, { tls: true });
});
afterAll(async () => {
  await Promise.all([proxy?.close(), tlsProxy?.close()]);
  api?.close();
});

test.each([
  ['in the clear', [], () => `http://me:hunter2-pass@127.0.0.1:${proxy.port}`, () => proxy],
  [
    'over TLS by name',
    ['localhost'],
    () => `https://me:hunter2-pass@localhost:${tlsProxy.port}`,
    () => tlsProxy,
  ],
  // RFC 6066, section 3: an address is no name.
  ['over TLS by address', [''], () => `https://me:hunter2-pass@127.0.0.1:${tlsProxy.port}`, () => tlsProxy],
])(
  'the API is asked with a certificate through a proxy that is spoken to %s',
  async (_, names, url, used) => {
    used().asked.length = 0;
    used().names.length = 0;
    const { stdout, stderr } = await runCli(['doctor', '--json'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      TEMPORAL_CONFIG_FILE: '/dev/null',
      NODE_EXTRA_CA_CERTS: certificates.authority,
      MICRO_BASE_URL: 'https://api.test',
      MICRO_API_KEY: 'hunter2-key',
      PRISM_PROXY: url(),
      PRISM_CLIENT_CERTIFICATE: certificates.client.certificate,
      PRISM_CLIENT_KEY: certificates.client.key,
      PRISM_STORGE: 'file:/hunter2',
    });
    const of = (name: string) => (JSON.parse(stdout) as Finding[]).find(({ check }) => check === name);
    expect(of('API key')).toMatchObject({ level: 'ok' });
    expect(of('Proxy')?.seen).toContain(`:${used().port}`);
    expect(of('Client certificate')).toMatchObject({ level: 'ok' });
    expect(of('Client certificate')?.seen).toContain('CN=worker.test');
    expect(of('Variables')?.seen).toContain('PRISM_STORGE is set');
    expect(used().asked.map(({ target }) => target)).toEqual(['api.test:443']);
    expect(used().names).toEqual(names);
    expect(shown.pop()).toBe('worker.test');
    expect(stdout + stderr).not.toContain('hunter2');
  },
);

test.each([
  ['https://[fd00::7]', 'ok', /accepted by/],
  ['https://[fd00::8]', 'problem', /IP: fd00::8 is not in the cert's list/],
])('through a proxy %s is judged by the address in its certificate: %s', async (baseUrl, level, seen) => {
  const { certificate, key } = certificates.address;
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, response) =>
    response.writeHead(404).end('{}'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = await startConnectProxy((server.address() as AddressInfo).port);
  try {
    const { stdout } = await runCli(['doctor', '--json'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      NODE_EXTRA_CA_CERTS: certificate,
      MICRO_BASE_URL: baseUrl,
      MICRO_API_KEY: 'hunter2-key',
      PRISM_PROXY: `http://127.0.0.1:${way.port}`,
    });
    const found = (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'API key');
    expect(found).toMatchObject({ level, seen: expect.stringMatching(seen) as string });
    expect(way.asked.map(({ target }) => target)).toEqual([`${new URL(baseUrl).host}:443`]);
  } finally {
    await way.close();
    server.close();
  }
});
