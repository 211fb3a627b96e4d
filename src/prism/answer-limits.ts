/**
 * Limits of an answer's size and depth. The contract needs only a small part of each. An answer beyond a limit is
 * refused as malformed while it arrives, before it is parsed. `PRISM_MAX_RESPONSE_BYTES` limits its total size.
 */
export const answerLimits = {
  /** Nesting depth of objects and lists, including those in the rows' results. */
  depth: 64,
  /** Members of one object. */
  keys: 1000,
  /** Members of all objects and lists together, in each result, and in everything besides the results. */
  members: 10_000,
  /** Bytes of a member's name. */
  keyBytes: 1024,
  /** Bytes of a number or of another value that is not a string, object or list. */
  scalarBytes: 1024,
  /** Bytes of everything besides the results, including whitespace. */
  restBytes: 4 * 1024 * 1024,
  /** Bytes of one result, which may quote its row. */
  resultBytes: 4 * 1024 * 1024,
  /** Bytes of an answer other than 2xx. A longer one is not read. */
  errorBytes: 1024 * 1024,
  /** The same for a refusal of rows, which may describe what is wrong with each. */
  refusalBytes: 4 * 1024 * 1024,
  /** Values in either: a list of errors has fewer. */
  errorValues: 250_000,
  /** Bytes of an unpacked answer up to which the ratio is not checked. */
  freeBytes: 64 * 1024 * 1024,
  /** Maximum ratio of unpacked to packed size for a longer answer. */
  ratio: 500,
} as const;
