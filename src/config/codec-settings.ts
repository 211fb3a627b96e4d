import type { Checked } from '../core/validation';
import { oneProblem } from './config-error';
import type { EncryptionKey } from './encryption-keys';

/** How payloads are encoded for Temporal. Keys come from functions, so that printing this object shows none. */
export interface CodecSettings {
  /** `PRISM_PAYLOAD_CODEC`: the path or name of a module, or null; never set together with keys. */
  module: string | null;
  /** `PRISM_ENCRYPTION_KEYS`: the first encrypts, all decrypt; empty without encryption. */
  encryptionKeys: () => Omit<EncryptionKey, 'given'>[];
  /** `PRISM_ENCODE_FAILURES`; by default true if there is a codec, so that nothing stays readable by accident. */
  encodeFailures: boolean;
  /** `PRISM_CODEC_TOKEN`: the token that the codec server demands, or null. */
  serverToken: () => string | null;
  /** The keys, as given and as base64 writes them, and the token. */
  secrets: () => string[];
}

/** The variables behind the settings, each already checked. */
interface CodecVariables {
  PRISM_PAYLOAD_CODEC?: string | undefined;
  PRISM_ENCRYPTION_KEYS?: EncryptionKey[] | undefined;
  PRISM_ENCODE_FAILURES?: 'true' | 'false' | undefined;
  PRISM_CODEC_TOKEN?: string | undefined;
}

/** Combines the settings; reports settings that exclude each other. */
export function checkCodecSettings(variables: CodecVariables): Checked<CodecSettings> {
  const { PRISM_PAYLOAD_CODEC: module = null, PRISM_ENCRYPTION_KEYS: keys = [] } = variables;
  const { PRISM_ENCODE_FAILURES: encodeFailures, PRISM_CODEC_TOKEN: token = null } = variables;
  const hasCodec = module !== null || keys.length > 0;
  if (module !== null && keys.length > 0)
    return oneProblem(
      'PRISM_PAYLOAD_CODEC',
      JSON.stringify(module),
      'nothing beside PRISM_ENCRYPTION_KEYS: set one of the two',
    );
  if (encodeFailures === 'true' && !hasCodec)
    return oneProblem(
      'PRISM_ENCODE_FAILURES',
      '"true"',
      'PRISM_ENCRYPTION_KEYS or PRISM_PAYLOAD_CODEC beside it',
    );
  const written = keys.flatMap(({ key, given }) => [
    ...new Set([given, Buffer.from(key).toString('base64')]),
  ]);
  return {
    ok: true,
    value: {
      module,
      encryptionKeys: () => keys.map(({ id, key }) => ({ id, key })),
      encodeFailures: hasCodec && encodeFailures !== 'false',
      serverToken: () => token,
      secrets: () => [...written, ...(token === null ? [] : [token])],
    },
  };
}
