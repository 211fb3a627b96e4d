/**
 * How large and how deep the parts of an answer may be; the contract needs a small part of each. Whatever passes one is
 * refused as malformed while it arrives, before anything of it is parsed. The size of the whole is
 * `PRISM_MAX_RESPONSE_BYTES`.
 */
export const answerLimits = {
  /** Objects and lists within each other, those of the results' rows included. */
  depth: 64,
  /** Members of one object. */
  keys: 1000,
  /** Members of all objects and lists together: of everything besides the results, and of each result. */
  members: 10_000,
  /** Bytes of a member's name. */
  keyBytes: 1024,
  /** Bytes of a number, or of anything else that is no text, object or list. */
  scalarBytes: 1024,
  /** Bytes of everything besides the results, blanks included. */
  restBytes: 4 * 1024 * 1024,
  /** Bytes of one result, which may quote the row that it is about. */
  resultBytes: 4 * 1024 * 1024,
  /** Bytes of an answer other than 2xx; nothing is known of what a longer one says. */
  errorBytes: 1024 * 1024,
  /** The same of a refusal of rows, which may say of each what is wrong with it. */
  refusalBytes: 4 * 1024 * 1024,
  /** Values in either: more are no list of errors. */
  errorValues: 250_000,
  /** Bytes of an answer, unpacked, of which its packed size is not asked. */
  freeBytes: 64 * 1024 * 1024,
  /** How many times its packed size a longer answer may have unpacked. */
  ratio: 500,
} as const;
