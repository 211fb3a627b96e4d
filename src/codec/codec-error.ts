/**
 * A payload cannot be read with the keys there are. The message names the key that is missing; it holds nothing of a
 * key or a payload.
 */
export class CodecError extends Error {
  override name = 'CodecError';
}

/** `PRISM_PAYLOAD_CODEC` names no module with payload codecs. The message says what was tried and seen. */
export class CodecModuleError extends Error {
  override name = 'CodecModuleError';
}
