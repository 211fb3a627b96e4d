/**
 * What a workflow reads of a message at most. Anybody in the namespace may send one, and the SDK decodes it on the
 * thread of every workflow of the worker. These values are frozen: what is refused for its size is refused again when
 * the history is replayed.
 */
export interface MessageLimits {
  /** Most bytes of the payload. */
  bytes: number;
  /** Most values in the whole document: elements of arrays and members of objects, at any depth. */
  values: number;
}

/** Arrays and objects within each other, at most. */
export const maxNesting = 100;

/** The input of a workflow: 256 KiB. */
export const inputLimits: MessageLimits = { bytes: 262_144, values: 20_000 };

/** The input of a run that continues another: what that one knew comes on top, up to what servers take: 2 MiB. */
export const continuedInputLimits: MessageLimits = { bytes: 2_097_152, values: 60_000 };

/** A signal or an update: 16 KiB. */
export const messageLimits: MessageLimits = { bytes: 16_384, values: 2_000 };

/** How an import ended, as its tracker signals it to a pipeline: it holds the job without results. */
export const endSignalLimits: MessageLimits = { bytes: 262_144, values: 70_000 };

/**
 * Signals that one run takes in. One that completes its tasks continues as new at about as many events; only what comes
 * faster than that piles up, and is then taken in at once, in the few seconds that the SDK gives.
 */
export const maxSignals = 4000;

/** Why a JSON document is beyond the limits, in words; null when it is within. Decodes nothing. */
export function beyondLimits(json: Uint8Array, limits: MessageLimits): string | null {
  if (json.length > limits.bytes) {
    return `${grouped(json.length)} bytes; at most ${grouped(limits.bytes)} are read`;
  }
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === comma) values += 1;
    else if (byte === openBracket || byte === openBrace) {
      depth += 1;
      values += 1;
      if (depth > maxNesting) return `arrays and objects more than ${maxNesting} deep in each other`;
    } else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    if (values > limits.values) return `more than ${grouped(limits.values)} values`;
  }
  return null;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
