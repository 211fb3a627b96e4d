import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadConfig, type Environment } from '../../src/config/config';
import { ConfigError } from '../../src/config/config-error';
import { certificates } from '../support/certificates';

const folder = mkdtempSync(join(tmpdir(), 'prism-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (environment: Environment) =>
  loadConfig({ HOME: folder, TEMPORAL_CONFIG_FILE: '/dev/null', ...environment });
/** What keeps a worker from using the settings. */
const refusal = (environment: Environment): string => {
  try {
    const { micro } = load(environment);
    micro.apiKey();
    micro.clientCertificate();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing';
};
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test.each([
  'http://api.example',
  'http://10.0.0.7:8080',
  'http://0.0.0.0:1',
  'http://localhost.example',
  'http://[fd00::1]',
])('plain %s is refused unless its host is listed', (url) => {
  const host = new URL(url).hostname.replace(/[[\]]/g, '');
  expect(refusal({ MICRO_BASE_URL: url })).toMatch(
    /MICRO_BASE_URL: saw http to .*expected https; or, .*PRISM_PLAIN_HTTP=/,
  );
  expect(refusal({ MICRO_BASE_URL: url, PRISM_PLAIN_HTTP: 'other' })).toContain('MICRO_BASE_URL');
  expect(refusal({ MICRO_BASE_URL: url, PRISM_PLAIN_HTTP: `other, ${host.toUpperCase()}` })).toBe('nothing');
});

test.each([
  'http://localhost:1',
  'http://127.0.0.1:1',
  'http://127.1.2.3',
  'http://[::1]:1',
  'https://api.example',
])('%s needs no permission', (url) => {
  expect(refusal({ MICRO_BASE_URL: url })).toBe('nothing');
});

test.each([
  'https://api.example?token=hunter2',
  'https://api.example/#hunter2',
  'https://hunter2@api.example',
  'https://u:hunter2@api.example',
  'https://u%40hunter2 api.example',
  'api.example?hunter2',
  'https://api.example?',
])('the base URL %s is refused unseen', (url) => {
  const text = refusal({ MICRO_BASE_URL: url });
  expect(text).toMatch(/MICRO_BASE_URL: saw a URL that is not shown, expected an http or https URL without/);
  expect(text).not.toContain('hunter2');
});

test.each(['k', 'hunter2', 'my hunter2 key'])('the key %j is refused unseen', (key) => {
  const text = refusal({ MICRO_API_KEY: key });
  expect(text).toMatch(
    /MICRO_API_KEY: saw a value that is not shown, expected an API key: at least 8 characters/,
  );
  const fromFile = refusal({ MICRO_API_KEY_FILE: file('short', key) });
  expect(fromFile).toMatch(/MICRO_API_KEY_FILE: saw ".*short": it does not hold an API key: at least 8/);
  expect(text + fromFile).not.toContain('hunter2');
});

test('a file that holds no key is no matter until the key is asked for', () => {
  const { micro, secrets } = load({ MICRO_API_KEY_FILE: join(folder, 'missing') });
  expect(secrets()).toEqual([]);
  expect(() => micro.apiKey()).toThrow(/MICRO_API_KEY_FILE: saw ".*missing": it cannot be read \(ENOENT\)/);
});

test('a key and a file with one are refused together', () => {
  const text = refusal({ MICRO_API_KEY: 'hunter2-key', MICRO_API_KEY_FILE: file('key', 'hunter2-other') });
  expect(text).toContain('expected one of the two: unset MICRO_API_KEY to use the file');
  expect(text).not.toContain('hunter2');
});

test('a key that is exchanged in its file is a secret from then on, and the former stays one', () => {
  const path = file('exchanged', 'first-key\n');
  const { micro, secrets } = load({ MICRO_API_KEY_FILE: path });
  expect(micro.apiKey()).toBe('first-key');
  file('exchanged', 'second-key\n');
  expect(micro.apiKey({ refused: 'first-key' })).toBe('second-key');
  expect(secrets()).toEqual(['first-key', 'second-key']);
});

test.each([
  'ftp://user:hunter2@proxy',
  'proxy:hunter2',
  'http://proxy/hunter2',
  'http://proxy?hunter2',
  'http://%ff:hunter2-hunter2@proxy',
  'http://me:hunter2@proxy:3128',
])('the proxy %s is refused unseen', (url) => {
  const text = refusal({ PRISM_PROXY: url });
  expect(text).toMatch(
    /PRISM_PROXY: saw a value that is not shown, expected an http or https URL of host and port/,
  );
  expect(text).not.toContain('hunter2');
});

test('a proxy shows its address alone, and its password in every form is a secret', () => {
  const config = load({ PRISM_PROXY: 'http://me:hunter2%2Bpass@proxy.example:3128' });
  expect(config.micro.proxyAddress).toBe('proxy.example:3128');
  expect(config.micro.proxy()?.username).toBe('me');
  expect(config.secrets()).toEqual([
    'hunter2+pass',
    'hunter2%2Bpass',
    Buffer.from('me:hunter2+pass').toString('base64'),
  ]);
  expect(JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true })).not.toContain('hunter2');
  expect(
    load({ HTTPS_PROXY: 'http://elsewhere:1', HTTP_PROXY: 'http://elsewhere:1' }).micro.proxy(),
  ).toBeNull();
});

test('custom headers that are credentials are secrets, others are words', () => {
  const { secrets } = load({
    MICRO_CUSTOM_HEADERS:
      'Authorization: Bearer abcdef0123456789\nX-Tenant: production\nCookie: a=bcdefghijk',
  });
  expect(secrets()).toEqual(['Bearer abcdef0123456789', 'abcdef0123456789', 'a=bcdefghijk', 'bcdefghijk']);
});

test('certificate and key are read and fit each other', () => {
  const { micro, secrets } = load({
    PRISM_CLIENT_CERTIFICATE: certificates.client.certificate,
    PRISM_CLIENT_KEY: certificates.client.key,
  });
  expect(secrets()).toEqual([]);
  expect(micro.certificateFacts()).toMatchObject({
    path: certificates.client.certificate,
    subject: 'CN=worker.test',
  });
  expect(micro.clientCertificate()?.key.toString()).toContain('PRIVATE KEY');
  expect(secrets().length).toBeGreaterThan(1);
  expect(JSON.stringify(micro)).not.toContain(secrets()[0]);
});

test.each([
  [
    { PRISM_CLIENT_KEY: certificates.client.key },
    /PRISM_CLIENT_CERTIFICATE: saw nothing, expected the path of a cert/,
  ],
  [
    { PRISM_CLIENT_CERTIFICATE: certificates.client.certificate },
    /PRISM_CLIENT_KEY: saw nothing, expected the path/,
  ],
  [
    { PRISM_CLIENT_CERTIFICATE: '/missing.pem', PRISM_CLIENT_KEY: certificates.client.key },
    /PRISM_CLIENT_CERTIFICATE: saw "\/missing.pem": it cannot be read \(ENOENT\)/,
  ],
  [
    { PRISM_CLIENT_CERTIFICATE: certificates.client.key, PRISM_CLIENT_KEY: certificates.client.key },
    /it holds no certificate/,
  ],
  [
    {
      PRISM_CLIENT_CERTIFICATE: certificates.client.certificate,
      PRISM_CLIENT_KEY: certificates.client.certificate,
    },
    /PRISM_CLIENT_KEY: saw ".*": it holds no key that can be used/,
  ],
  [
    { PRISM_CLIENT_CERTIFICATE: certificates.client.certificate, PRISM_CLIENT_KEY: certificates.server.key },
    /it is not the key of PRISM_CLIENT_CERTIFICATE/,
  ],
])('%j is refused in words that name no content', (environment, says) => {
  const text = refusal(environment);
  expect(text).toMatch(says);
  expect(text).not.toMatch(/BEGIN|PRIVATE/);
});
