import { randomBytes } from 'node:crypto';
import { TemporaryFiles } from '../support/temporary-files';
import { loadConfig, withoutAccounts, type Environment } from '../../src/config/config';
import { ConfigError } from '../../src/config/config-error';
import { createSecretMask } from '../../src/ports/secret-mask';
import { fileURLToPath } from 'node:url';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const load = (environment: Environment) =>
  loadConfig({ TEMPORAL_CONFIG_FILE: '/dev/null', ...environment }).codec;
const keyText = (): string => randomBytes(32).toString('base64');
const [one, two] = [keyText(), keyText()];

function problem(environment: Environment): string {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
}

test('keys are given as ID:KEY, the one that encrypts first', () => {
  const { encryptionKeys, encodeFailures, secrets } = load({
    PRISM_ENCRYPTION_KEYS: `2026-11:${one}, old:${two}`,
  });
  expect(encryptionKeys().map(({ id, key }) => [id, Buffer.from(key).toString('base64')])).toEqual([
    ['2026-11', one],
    ['old', two],
  ]);
  expect({ encodeFailures, secrets: secrets() }).toEqual({ encodeFailures: true, secrets: [one, two] });
});

test('a key is kept secret in the form that was given, and in the usual one', () => {
  // The last letter before `=` carries four bits of the key, and two that are ignored.
  const usual = Buffer.alloc(32, 1).toString('base64');
  const given = usual.replace(/.=$/, 'H=');
  expect(Buffer.from(given, 'base64').toString('base64')).toBe(usual);
  const config = loadConfig({ TEMPORAL_CONFIG_FILE: '/dev/null', PRISM_ENCRYPTION_KEYS: `a:${given}` });
  const mask = createSecretMask(config.secrets, '[hidden]');
  expect(mask(`keys ${given} and ${usual}`)).toBe('keys [hidden] and [hidden]');
});

test('keys may be in a file, one a line', () => {
  const path = fileURLToPath(files.write('keys', `new:${one}\n\nold:${two}\n`));
  expect(
    load({ PRISM_ENCRYPTION_KEYS: `file:${path}` })
      .encryptionKeys()
      .map(({ id }) => id),
  ).toEqual(['new', 'old']);
});

test('nothing is encoded by default, and failures only where payloads are', () => {
  expect(load({})).toMatchObject({ module: null, encodeFailures: false });
  expect(load({}).encryptionKeys()).toEqual([]);
  expect(load({ PRISM_PAYLOAD_CODEC: './codec.js' })).toMatchObject({
    module: './codec.js',
    encodeFailures: true,
  });
  const off = load({ PRISM_ENCRYPTION_KEYS: `a:${one}`, PRISM_ENCODE_FAILURES: 'false' });
  expect(off.encodeFailures).toBe(false);
});

const short = randomBytes(16).toString('base64');

test.each([
  [`a:${short}`, 'entry 1 has another form', short],
  [`a:${one},b:${two}x`, 'entry 2 has another form', two],
  [`${one}`, 'entry 1 has another form', one],
  [`a b:${one}`, 'entry 1 has another form', one],
  [`a:${one},a:${two}`, 'entry 2 repeats an ID', two],
  [`a:${one} b:${two}`, 'entry 1 has another form', two],
  [', ,', 'there is no key', '\0'],
  ['file:/missing/keys', 'the file cannot be read', '\0'],
])('keys of another form are refused, and not shown (%#)', (text, reason, hidden) => {
  const message = problem({ PRISM_ENCRYPTION_KEYS: text });
  expect(message).toMatch(/^PRISM_ENCRYPTION_KEYS: saw a value that is not shown, expected ID:KEY/);
  expect(message).toContain(reason);
  expect(message).not.toContain(hidden.slice(0, 8));
});

test.each([
  [
    { PRISM_ENCRYPTION_KEYS: `a:${one}`, PRISM_PAYLOAD_CODEC: 'm' },
    'PRISM_PAYLOAD_CODEC: saw "m", expected nothing',
  ],
  [{ PRISM_ENCODE_FAILURES: 'true' }, 'PRISM_ENCODE_FAILURES: saw "true", expected PRISM_ENCRYPTION_KEYS or'],
  [{ PRISM_ENCODE_FAILURES: 'yes' }, 'expected true or false'],
  [{ PRISM_CODEC_TOKEN: 'short' }, 'PRISM_CODEC_TOKEN: saw a value that is not shown, expected a token'],
])('settings that exclude each other are refused (%#)', (environment, message) => {
  expect(problem(environment)).toContain(message);
});

test('the demonstration encodes nothing, and has neither proxy nor certificate', () => {
  const given = {
    PRISM_ENCRYPTION_KEYS: 'a',
    PRISM_PAYLOAD_CODEC: 'b',
    PRISM_ENCODE_FAILURES: 'c',
    PRISM_CODEC_TOKEN: 'd',
    PRISM_PROXY: 'e',
    PRISM_CLIENT_CERTIFICATE: 'f',
    PRISM_CLIENT_KEY: 'g',
  };
  expect(withoutAccounts({ ...given, PRISM_STORAGE: 's' })).toEqual({ PRISM_STORAGE: 's' });
});
