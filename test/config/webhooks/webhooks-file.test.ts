import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/config';
import { WebhooksFile } from '../../../src/config/webhooks/webhooks-file';

const folder = mkdtempSync(join(tmpdir(), 'prism-webhooks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'webhooks.json');
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const url = 'https://hooks.example/services/T0KEN';

const write = (content: unknown) =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
const problemsOf = (content: unknown, plainHosts: string[] = []) => {
  write(content);
  const file = WebhooksFile.open(path, plainHosts);
  return file.ok ? [] : file.problems;
};

test('names, addresses, secrets and headers are read', () => {
  write({
    ops: { url, secret, headers: { Authorization: 'Bearer abcdefgh' } },
    sales: { url: 'http://127.0.0.1:9/x', secret: [other, secret] },
    inside: { url: 'http://receiver:80/', secret, proxy: false },
  });
  const file = WebhooksFile.open(path, ['receiver']);
  if (!file.ok) throw new Error(JSON.stringify(file.problems));
  const targets = file.value.targets(() => undefined);
  expect([...targets.entries()]).toMatchObject([
    ['ops', { secrets: [secret], headers: { authorization: 'Bearer abcdefgh' }, proxied: true }],
    ['sales', { secrets: [other, secret], headers: {}, proxied: false }],
    ['inside', { proxied: false }],
  ]);
  expect(targets.get('ops')?.url.href).toBe(url);
  expect(file.value.secrets()).toEqual(
    expect.arrayContaining([secret, secret.slice(6), other, url, 'abcdefgh']),
  );
});

test.each([
  ['no JSON', '{', 'it is not JSON'],
  ['no object', [], 'a value that is not shown'],
  ['a name that is none', { 'a b': { url, secret } }, 'PRISM_WEBHOOKS: a b'],
  ['no secret', { ops: { url } }, 'PRISM_WEBHOOKS: ops.secret: nothing'],
  ['a secret without its prefix', { ops: { url, secret: secret.slice(6) } }, 'ops.secret'],
  ['a short secret', { ops: { url, secret: 'whsec_c2hvcnQ=' } }, 'ops.secret'],
  ['a secret that is no base64', { ops: { url, secret: `${secret}!` } }, 'ops.secret'],
  ['no secret in the list', { ops: { url, secret: [] } }, 'ops.secret'],
  ['a field that is not known', { ops: { url, secret, uri: url } }, 'ops.uri'],
  ['another protocol', { ops: { url: 'ftp://hooks.example', secret } }, 'ops.url: a URL that is not shown'],
  ['a password in the URL', { ops: { url: 'https://me:T0KEN@hooks.example', secret } }, 'ops.url'],
  [
    'plain HTTP',
    { ops: { url: 'http://hooks.example/T0KEN', secret } },
    'ops.url: plain HTTP to hooks.example',
  ],
  ['a header of the signature', { ops: { url, secret, headers: { 'Webhook-Id': 'T0KEN' } } }, 'ops.headers'],
  ['a header that HTTP has not', { ops: { url, secret, headers: { a: 'T0KEN\r\n' } } }, 'ops.headers.a'],
  ['too large', `"${'x'.repeat(300_000)}"`, 'it is not a file of at most'],
])('a file with %s is refused by its place, without showing anything of it', (_, content, says) => {
  const problems = problemsOf(content);
  const text = problems.map(({ field, seen }) => `${field}: ${seen}`).join('\n');
  expect(text).toContain(says);
  const whole = JSON.stringify(problems);
  for (const hidden of ['T0KEN', secret.slice(6, 30)]) expect(whole).not.toContain(hidden);
});

test('a change counts at the next notice; one that cannot be used is warned of once, and the last good one stays', () => {
  write({ ops: { url, secret } });
  const file = WebhooksFile.open(path, []);
  if (!file.ok) throw new Error('not opened');
  const warnings: string[] = [];
  const names = () => [...file.value.targets((message) => warnings.push(message)).keys()];
  expect(names()).toEqual(['ops']);
  write({ ops: { url, secret: other }, sales: { url, secret } });
  expect(names()).toEqual(['ops', 'sales']);
  write('{"ops": {"url": "htt');
  expect([names(), names()]).toEqual([
    ['ops', 'sales'],
    ['ops', 'sales'],
  ]);
  expect(warnings).toEqual([expect.stringContaining('it is not JSON. The last webhooks stay in use.')]);
  write({});
  expect(names()).toEqual([]);
  expect(file.value.secrets()).toContain(other);
});

test('the file is opened by who needs it, and refused with what is wrong', () => {
  const config = loadConfig({
    PRISM_WEBHOOKS: join(folder, 'missing.json'),
    TEMPORAL_CONFIG_FILE: '/dev/null',
  });
  expect(() => config.webhooks()).toThrow(
    /PRISM_WEBHOOKS: saw ".*missing.json": it cannot be read \(ENOENT\)/,
  );
  expect(loadConfig({ TEMPORAL_CONFIG_FILE: '/dev/null' }).webhooks().size).toBe(0);
});

test('what is secret in it is among what no log may show', () => {
  write({ ops: { url, secret } });
  const config = loadConfig({ PRISM_WEBHOOKS: path, TEMPORAL_CONFIG_FILE: '/dev/null' });
  expect(config.secrets()).toEqual([]);
  config.webhooks();
  expect(config.secrets()).toEqual(expect.arrayContaining([secret, url]));
});
