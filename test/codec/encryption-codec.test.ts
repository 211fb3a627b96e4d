import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import * as fc from 'fast-check';
import { CodecError } from '../../src/codec/codec-error';
import { createEncryptionCodec, type EncryptionKey } from '../../src/codec/encryption-codec';

const wire = temporal.api.common.v1.Payload;

const keyOf = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const [first, second] = [keyOf('first'), keyOf('second')];
const payload = defaultPayloadConverter.toPayload({ teamId: 'team-1', rows: ['Zürich', null] });
const value = (decoded: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(decoded ?? {});

/** What the samples of Temporal's Go and Python SDKs make of a payload. */
function sampleEncrypt(plain: Payload, { id, key }: EncryptionKey): Payload {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const bytes = cipher.update(wire.encode(plain).finish());
  return {
    metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from(id) },
    data: Buffer.concat([nonce, bytes, cipher.final(), cipher.getAuthTag()]),
  };
}

test('what the samples of Temporal encrypt is read, and what it encrypts the samples read', async () => {
  const codec = createEncryptionCodec([first]);
  const [read] = await codec.decode([sampleEncrypt(payload, first)]);
  expect(value(read)).toEqual(value(payload));

  const [encrypted] = await codec.encode([payload]);
  const { metadata, data } = wire.create(encrypted ?? {});
  expect(Object.fromEntries(Object.entries(metadata).map(([key, bytes]) => [key, String(bytes)]))).toEqual({
    encoding: 'binary/encrypted',
    'encryption-key-id': 'first',
  });
  const decipher = createDecipheriv('aes-256-gcm', first.key, data.subarray(0, 12));
  decipher.setAuthTag(data.subarray(-16));
  const plain = Buffer.concat([decipher.update(data.subarray(12, -16)), decipher.final()]);
  expect(value(wire.decode(plain))).toEqual(value(payload));
});

test('any payload comes back as it was, and never looks the same twice', async () => {
  const codec = createEncryptionCodec([first]);
  const bytes = fc.uint8Array({ maxLength: 200 });
  const payloads = fc.record({ metadata: fc.dictionary(fc.string(), bytes), data: bytes });
  await fc.assert(
    fc.asyncProperty(payloads, async (any) => {
      const [once] = await codec.encode([any]);
      const [again] = await codec.encode([any]);
      expect(Buffer.from(once?.data ?? []).equals(Buffer.from(again?.data ?? []))).toBe(false);
      const [back] = await codec.decode([once ?? {}]);
      expect(wire.encode(back ?? {}).finish()).toEqual(wire.encode(any).finish());
      expect(Buffer.from(back?.data ?? [])).toEqual(Buffer.from(any.data));
    }),
  );
});

test('the first key encrypts and every key decrypts', async () => {
  const rotated = createEncryptionCodec([second, first]);
  const [byFirst] = await createEncryptionCodec([first]).encode([payload]);
  const [bySecond] = await rotated.encode([payload]);
  expect(String(bySecond?.metadata?.['encryption-key-id'])).toBe('second');
  expect((await rotated.decode([byFirst ?? {}, bySecond ?? {}, payload])).map(value)).toEqual(
    Array(3).fill(value(payload)),
  );
});

const strange = '\u001b[31m"' + 'x'.repeat(500);
const [known = {}] = [sampleEncrypt(payload, first)];
const flipped = Uint8Array.from(known.data ?? [], (byte, index) => (index === 20 ? byte ^ 1 : byte));

test.each([
  [
    'a key that is not there',
    sampleEncrypt(payload, keyOf('third')),
    /key "third".* lacks; it has "first", "second"/,
  ],
  ['an id made to harm', sampleEncrypt(payload, keyOf(strange)), /^[\x20-\x7e]{1,250}$/],
  [
    'another key of the same id',
    sampleEncrypt(payload, keyOf('first')),
    /cannot be decrypted with the key "first"/,
  ],
  ['a bit that was changed', { ...known, data: flipped }, /cannot be decrypted with the key "first"/],
  ['nothing to decrypt', { metadata: known.metadata ?? {} }, /cannot be decrypted with the key "first"/],
  ['no id', { metadata: { encoding: Buffer.from('binary/encrypted') }, data: known.data ?? null }, /key ""/],
])('%s is an error that names the key and shows none', async (_, unreadable, message) => {
  const codec = createEncryptionCodec([first, second]);
  const error: unknown = await codec.decode([unreadable]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CodecError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain(Buffer.from(first.key).toString('base64'));
});

test('without keys nothing is encrypted, and what is encrypted names its key and the variable', async () => {
  const codec = createEncryptionCodec([]);
  expect(await codec.encode([payload])).toEqual([payload]);
  await expect(codec.decode([known])).rejects.toThrow(/the key "first": set PRISM_ENCRYPTION_KEYS/);
});

test('what cannot be read stays as it is where that is asked for, and is reported', async () => {
  const reports: string[] = [];
  const codec = createEncryptionCodec([second], {
    keepUnreadable: (context) => context?.type === 'workflow',
    report: ({ message }) => void reports.push(message),
  });
  const workflow: SerializationContext = { type: 'workflow', namespace: 'default', workflowId: 'any' };
  expect(await codec.decode([known, payload], workflow)).toEqual([known, payload]);
  expect(reports).toEqual([expect.stringContaining('"first"')]);
  await expect(codec.decode([known])).rejects.toThrow(CodecError);
});
