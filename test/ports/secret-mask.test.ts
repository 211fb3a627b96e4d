import fc from '../support/properties';
import { createSecretMask } from '../../src/ports/secret-mask';

const secret = 'k"y+/1234 \\x';
const hide = createSecretMask(() => [secret], '[hidden]');

test.each([
  ['as it is', secret],
  ['inside JSON', JSON.stringify(secret).slice(1, -1)],
  ['inside JSON inside JSON', JSON.stringify(JSON.stringify({ a: secret }))],
  ['in a URL', encodeURIComponent(secret)],
  ['in a form', new URLSearchParams({ a: secret }).toString()],
  ['in base64', Buffer.from(secret).toString('base64')],
])('a secret %s is masked', (_, text) => {
  expect(hide(`before ${text} after`)).toMatch(/^before .*\[hidden\].* after$/);
});

test('base64 of anything with the secret inside shows none of it', () => {
  const key = 'sk-0123456789-secret';
  const mask = createSecretMask(() => [key], '[hidden]');
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom('base64', 'base64url'), (before, after, form) => {
      const text = Buffer.from(before + key + after).toString(form);
      expect(mask(text)).toContain('[hidden]');
    }),
  );
});

test('a short secret blanks no words', () => {
  expect(createSecretMask(() => ['k', 'work', ''], '[hidden]')('worker: ok')).toBe('worker: ok');
});

test('of two secrets of which one begins the other nothing is left', () => {
  const mask = createSecretMask(() => ['secret-key', 'secret-key-renewed'], '…');
  expect(mask('secret-key-renewed, secret-key')).toBe('…, …');
});

test('secrets are asked for each time', () => {
  const secrets = ['first-secret'];
  const mask = createSecretMask(() => secrets, '…');
  expect(mask('first-secret second-secret')).toBe('… second-secret');
  secrets.push('second-secret');
  expect(mask('first-secret second-secret')).toBe('… …');
});
