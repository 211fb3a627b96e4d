/**
 * A payload cannot be read with the configured keys. The message names the missing key, and contains nothing of a key
 * or a payload.
 */
export class CodecError extends Error {
  override name = 'CodecError';
}

/** `PRISM_PAYLOAD_CODEC` does not name a module with payload codecs. The message says what was tried and seen. */
export class CodecModuleError extends Error {
  override name = 'CodecModuleError';
}
