import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { CodecError } from './codec-error';

/** A key and the id under which payloads name it. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** How to treat a payload that cannot be decrypted. */
export interface EncryptionOptions {
  /** Whether to pass such a payload on unchanged. Default: no, {@link CodecError} is thrown. */
  keepUnreadable?: (context: SerializationContext | undefined) => boolean;
  /** Called with the reason whenever a payload is passed on unchanged. */
  report?: (error: CodecError) => void;
}

const message = temporal.api.common.v1.Payload;

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

const encodingKey = 'encoding';
const keyIdKey = 'encryption-key-id';
/** The encoding in the metadata of an encrypted payload. */
const encryptedEncoding = 'binary/encrypted';

/** Maximum length of a foreign key id in an error, in characters. */
const shownIdCharacters = 80;

/**
 * Encrypts whole payloads, including metadata, with AES-256-GCM in the format of Temporal's samples (samples-go,
 * samples-python and samples-typescript, folder `encryption`): 12 bytes of nonce, ciphertext, 16 bytes of tag, with the
 * key's id in the metadata. The first key encrypts, and every key decrypts. Without keys, nothing is encrypted.
 * Payloads that are not encrypted pass unchanged.
 */
export function createEncryptionCodec(
  keys: readonly EncryptionKey[],
  { keepUnreadable = () => false, report }: EncryptionOptions = {},
): PayloadCodec {
  const [first] = keys;
  const decryptOne = (payload: Payload, context: SerializationContext | undefined): Payload => {
    if (textOf(payload, encodingKey) !== encryptedEncoding) return payload;
    try {
      return decrypt(payload, keys);
    } catch (error) {
      if (!(error instanceof CodecError) || !keepUnreadable(context)) throw error;
      report?.(error);
      return payload;
    }
  };
  const inTurn = (payloads: Payload[], convert: (payload: Payload) => Payload): Promise<Payload[]> =>
    new Promise((resolve) => resolve(payloads.map(convert)));
  return {
    encode: (payloads) =>
      inTurn(payloads, (payload) => (first === undefined ? payload : encrypt(payload, first))),
    decode: (payloads, context) => inTurn(payloads, (payload) => decryptOne(payload, context)),
  };
}

function encrypt(payload: Payload, { id, key }: EncryptionKey): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  const parts = [nonce, cipher.update(message.encode(payload).finish()), cipher.final(), cipher.getAuthTag()];
  return {
    metadata: { [encodingKey]: Buffer.from(encryptedEncoding), [keyIdKey]: Buffer.from(id) },
    data: Buffer.concat(parts),
  };
}

function decrypt(payload: Payload, keys: readonly EncryptionKey[]): Payload {
  const id = textOf(payload, keyIdKey);
  const found = keys.find((key) => key.id === id);
  if (found === undefined) throw new CodecError(missingKey(id, keys));
  const data = payload.data ?? new Uint8Array();
  try {
    if (data.length < nonceBytes + tagBytes) throw new RangeError('too short');
    const decipher = createDecipheriv(algorithm, found.key, data.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(data.subarray(-tagBytes));
    const encrypted = data.subarray(nonceBytes, -tagBytes);
    const { metadata, data: plain } = message.decode(
      Buffer.concat([decipher.update(encrypted), decipher.final()]),
    );
    return { metadata, data: plain };
  } catch {
    // The cause would add nothing, and must not bring bytes of the payload into a log.
    throw new CodecError(
      `A payload cannot be decrypted with the key ${shownId(id)}: it was changed, or its sender uses another key under this id.`,
    );
  }
}

function missingKey(id: string, keys: readonly EncryptionKey[]): string {
  const own = keys.map((key) => shownId(key.id)).join(', ');
  return keys.length === 0
    ? `A payload is encrypted with the key ${shownId(id)}: set PRISM_ENCRYPTION_KEYS to read it.`
    : `A payload is encrypted with the key ${shownId(id)}, which PRISM_ENCRYPTION_KEYS lacks; it has ${own}.`;
}

/** A foreign key id, which anybody may have written. */
const shownId = (id: string): string =>
  JSON.stringify(id.replace(/[^\x20-\x7e]/g, '?').slice(0, shownIdCharacters));

const textOf = ({ metadata }: Payload, key: string): string =>
  Buffer.from(metadata?.[key] ?? new Uint8Array()).toString();
